-- What every Supabase project brings and a bare PostgreSQL does not: its roles. Several databases of one server may ask at once.
do $$
declare
  role text;
begin
  foreach role in array array['anon nologin', 'authenticated nologin', 'service_role nologin bypassrls'] loop
    begin
      execute 'create role ' || role;
    exception when duplicate_object or unique_violation then
      null;
    end;
  end loop;
end $$;
