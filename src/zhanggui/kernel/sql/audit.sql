-- An audit row is written once.
create or replace function kernel_audit_frozen() returns trigger language plpgsql as $$
begin
    raise exception 'audit rows are never altered or deleted' using errcode = 'restrict_violation';
end $$;
create or replace trigger audit_frozen before update or delete on kernel_auditrow
    for each row execute function kernel_audit_frozen();

-- The versions of what processes keep in memory, for statements that read something else anyway.
create or replace function kernel_versions() returns jsonb language sql stable as $$
    select coalesce(jsonb_object_agg(name, value), '{}') from kernel_version
$$;
