-- What the sandbox sells: five plans, two regions, three nodes. The ids of eggs and nodes are those of the simulated panel.
insert into public.plans (id, name, game, egg, image, startup, variables, memory, disk, cpu, databases, ports, backups, terms) values
  ('among-us-1gb', 'Among Us 1 GB', 'Among Us', 2, 'ghcr.io/pterodactyl/yolks:nodejs_18', null, '{}', 1024, 5120, 100, 0, 0, 0, '["monthly"]'),
  ('terraria-2gb', 'Terraria 2 GB', 'Terraria', 4, 'ghcr.io/parkervcp/yolks:debian', null, '{}', 2048, 5120, 100, 0, 0, 1, '["monthly", "yearly"]'),
  ('minecraft-4gb', 'Minecraft 4 GB', 'Minecraft', 1, 'ghcr.io/pterodactyl/yolks:java_21', null, '{}', 4096, 20480, 200, 1, 0, 2, '["monthly", "yearly"]'),
  ('valheim-8gb', 'Valheim 8 GB', 'Valheim', 3, 'ghcr.io/parkervcp/games:valheim', null, '{}', 8192, 20480, 300, 0, 2, 2, '["monthly", "yearly"]'),
  ('rust-16gb', 'Rust 16 GB', 'Rust', 5, 'ghcr.io/pterodactyl/games:rust', null, '{}', 16384, 40960, 400, 0, 2, 2, '["monthly"]');
insert into public.ptero_nodes (name, panel_node_id, region, enabled) values
  ('fra-1', 1, 'eu-west', true), ('fra-2', 2, 'eu-west', true), ('nyc-1', 3, 'us-east', true);
insert into auth.users (id, email) values
  ('7b0d5c1e-4c0f-4f6e-9a55-2f6a1b8f3e21', 'buyer@example.com');
