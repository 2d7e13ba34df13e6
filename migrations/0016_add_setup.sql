-- What is chosen with /setup lives in the database: channels, roles, people; who changed what is among the actions of staff. And test
-- messages, which the outbox posts like any other.
-- Old code runs on this schema: yes. It reads its settings from the environment. An old outbox can't read the row of a test message
-- and stands still while one waits, which is for some seconds.

alter table public.orderly_messages drop constraint orderly_messages_kind_check;
alter table public.orderly_messages add constraint orderly_messages_kind_check
  check (kind in ('purchase', 'alert', 'board', 'call', 'log', 'test'));

-- The row `discord` of orderly_settings: {"version", "values": {field: chosen}, "changes": {field: {"by", "at", "was"}}}. A field that
-- is not in `values` was never chosen; null or [] was chosen to be nothing.
create function public.orderly_discord_settings(p text) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(orderly_setting('discord'), '{"version": 0, "values": {}, "changes": {}}') || '{"status": "ok"}'
$$;

-- What is wrong with a choice; null when nothing is. One Discord id or null; of the lists, up to ten ids.
create function public.orderly_setup_problem(p_field text, p_value jsonb, p_guild text) returns text
language plpgsql immutable set search_path = public, pg_temp as $$
declare
  is_list boolean := p_field in ('namedUserIds', 'viewRoleIds', 'actRoleIds', 'adminRoleIds');
  ids text[];
begin
  if not is_list and p_field not in ('channelId', 'alertChannelId', 'onCallRoleId', 'escalationRoleId', 'escalationUserId') then
    return 'there is no such setting';
  elsif is_list and coalesce(jsonb_typeof(p_value), '') <> 'array' then
    return 'a list is wanted';
  elsif not is_list and coalesce(jsonb_typeof(p_value), '') not in ('string', 'null') then
    return 'one Discord id is wanted';
  end if;
  ids := case when is_list then array(select distinct jsonb_array_elements_text(p_value))
    when jsonb_typeof(p_value) = 'string' then array[p_value #>> '{}'] else '{}' end;
  if cardinality(ids) > 10 or is_list and cardinality(ids) <> jsonb_array_length(p_value) then
    return 'at most ten, each once';
  elsif exists (select from unnest(ids) id where id is null or id !~ '^[0-9]{17,20}$') then
    return 'that is no Discord id';
  elsif p_guild = any(ids) then
    -- The role @everyone has the id of the guild: as a right it lets everybody in, and as a ping it reaches nobody.
    return '@everyone is no role of staff';
  end if;
  return null;
end $$;

-- "old → new"; of a list what came and what went.
create function public.orderly_setup_change(p_field text, p_was jsonb, p_value jsonb) returns text
language sql immutable set search_path = public, pg_temp as $$
  select case when jsonb_typeof(p_value) = 'array' then p_field || ': ' || coalesce(nullif(concat_ws(' ',
      (select string_agg('+' || id, ' ') from jsonb_array_elements_text(p_value) id where not p_was @> to_jsonb(array[id])),
      (select string_agg('-' || id, ' ') from jsonb_array_elements_text(p_was) id where not p_value @> to_jsonb(array[id]))), ''), 'as it was')
    else format('%s: %s → %s', p_field, coalesce(p_was #>> '{}', 'none'), coalesce(p_value #>> '{}', 'none')) end
$$;

-- One choice of /setup: {"field", "value", "guild", "was"}, `was` being what the environment says of a field that was never chosen.
create function public.orderly_act_setup(input jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  field text := input ->> 'field';
  value jsonb := input -> 'value';
  problem text := orderly_setup_problem(input ->> 'field', input -> 'value', input ->> 'guild');
  empty jsonb := '{"version": 0, "values": {}, "changes": {}}';
  chosen jsonb;
  was jsonb;
begin
  if problem is not null then
    return jsonb_build_object('outcome', 'setup_invalid', 'detail', format('%s: %s', left(field, 40), problem));
  end if;
  insert into orderly_settings (key, value) values ('discord', empty) on conflict do nothing;
  select s.value into chosen from orderly_settings s where key = 'discord' for update;
  was := coalesce(case when chosen -> 'values' ? field then chosen -> 'values' -> field else input -> 'was' end,
    case when jsonb_typeof(value) = 'array' then '[]' else 'null' end::jsonb);
  if jsonb_typeof(value) = 'array' and jsonb_typeof(was) <> 'array' then
    was := '[]';
  end if;
  chosen := jsonb_build_object('version', (chosen ->> 'version')::bigint + 1,
    'values', (chosen -> 'values') || jsonb_build_object(field, value),
    'changes', (chosen -> 'changes') || jsonb_build_object(field,
      jsonb_build_object('by', input ->> 'actor', 'at', orderly_now(), 'was', was)));
  update orderly_settings set value = chosen, changed_at = orderly_now() where key = 'discord';
  return jsonb_build_object('outcome', 'saved', 'detail', orderly_setup_change(field, was, value), 'settings', chosen);
end $$;

-- A test message in each of {"channels"}: a row each, named by the interaction, for the outbox to post.
create function public.orderly_act_setup_test(input jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  channels text[] := array(select distinct jsonb_array_elements_text(input -> 'channels') order by 1);
begin
  insert into orderly_messages (kind, subject, channel_id, wanted_version)
  select 'test', (input ->> 'interaction') || ':' || channel, channel, 1 from unnest(channels) channel;
  return jsonb_build_object('outcome', 'test_asked', 'count', cardinality(channels), 'detail', array_to_string(channels, ', '));
end $$;

-- What became of the test messages of an interaction: {"interaction", "give_up"}. What is given up is not posted hours later.
create function public.orderly_tested(p text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  input jsonb := p::jsonb;
begin
  if (input ->> 'give_up')::boolean then
    update orderly_messages set wanted_version = shown_version
    where kind = 'test' and starts_with(subject, (input ->> 'interaction') || ':') and shown_version < wanted_version;
  end if;
  return jsonb_build_object('status', 'ok', 'messages', (
    select coalesce(jsonb_agg(jsonb_build_object('channel_id', channel_id, 'message_id', message_id, 'error', error) order by id), '[]')
    from orderly_messages where kind = 'test' and starts_with(subject, (input ->> 'interaction') || ':')));
end $$;

select public.orderly_lock_down();
