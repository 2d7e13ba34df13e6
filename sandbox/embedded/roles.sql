-- What every Supabase project brings and a bare PostgreSQL does not: its roles, its grants and the users of its own login.
create role anon nologin;
create role authenticated nologin;
create role service_role nologin bypassrls;
