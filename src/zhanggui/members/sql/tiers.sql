-- Which tier each of these members has earned: the highest of those reached by growth, by one order, or by grant.
--
-- p_facts: rows {member_id, spent, best}: what was paid and kept within the window, and the most of one order, in minor units;
-- a member without a row has bought nothing. Answers those whose tier moved. Members are locked sorted by id.
create or replace function members_judge_tiers(p_members bigint[], p_causes text[], p_facts jsonb, p_today date,
    p_actor_kind text, p_actor_id bigint, p_actor_label text)
returns table(member_id bigint, before text, after text)
language plpgsql as $$
#variable_conflict use_column
begin
    perform 1 from members_member m where m.id = any(p_members) order by m.id for no key update;

    return query
    with judged as (
        select m.id, w.cause, m.tier as before, coalesce((
            select t.code from members_tier t
            where t.rank = 0 or t.growth_threshold <= coalesce(f.spent, 0) or t.entry_amount <= coalesce(f.best, 0)
                or (t.code = m.granted_tier and m.granted_until >= p_today)
            order by t.rank desc limit 1), 'basic') as after
        from members_member m
        join unnest(p_members, p_causes) as w(id, cause) on w.id = m.id
        left join jsonb_to_recordset(p_facts) as f(member_id bigint, spent bigint, best bigint) on f.member_id = m.id
    ), moved as (
        update members_member m set tier = j.after from judged j where m.id = j.id and j.before <> j.after
        returning m.id, j.before, j.after, j.cause
    ), told as (
        insert into members_tierchange (member_id, before, after, cause, actor_kind, actor_id, actor_label)
        select id, before, after, cause, p_actor_kind, p_actor_id, p_actor_label from moved
    )
    select id, before::text, after::text from moved;
end $$;
