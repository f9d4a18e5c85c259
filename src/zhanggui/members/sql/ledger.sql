-- The ledger of points and balances (`asset`). A posting moves an amount from one account to another, so that all accounts always
-- sum to zero; one of the two is the member's. What a member holds lies in lots, used the first to expire first. A purse is the
-- sum of a member's lots, and what is owed: points to be taken back that were spent already. Whoever moves anything holds the
-- purses first, sorted by member and asset. See docs/members.md.

-- The purses of these rows {member_id, asset}, made where missing, and locked.
create or replace function members_hold_purses(p_rows jsonb) returns void
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    insert into members_purse (member_id, asset)
    select distinct r.member_id, r.asset from jsonb_to_recordset(p_rows) as r(member_id bigint, asset text)
    where not exists (select 1 from members_purse p where p.member_id = r.member_id and p.asset = r.asset)
    order by 1, 2 on conflict (member_id, asset) do nothing;
    perform 1 from members_purse p
    where (p.member_id, p.asset) in (select r.member_id, r.asset from jsonb_to_recordset(p_rows) as r(member_id bigint, asset text))
    order by p.member_id, p.asset for no key update;
end $$;

-- Write postings: rows {n, asset, kind, key, reference, member_id, source, target, amount, base, expires_at, actor_kind, actor_id,
-- actor_label, reason}, in the order of n. A (asset, kind, key) that was written before is left out, whoever repeats it. Answers
-- those written now. Raises ZG003 where a member holds less than is to be taken.
create or replace function members_post(p_rows jsonb) returns table(n int, posting_id bigint)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_fresh jsonb;
    v_short bigint;
begin
    perform members_hold_purses(p_rows);

    with asked as (
        select * from jsonb_to_recordset(p_rows) as r(n int, asset text, kind text, key text, reference text, member_id bigint,
            source text, target text, amount bigint, base bigint, expires_at timestamptz, actor_kind text, actor_id bigint,
            actor_label text, reason text)
    ), fresh as (
        insert into members_posting (asset, kind, key, reference, member_id, source, target, amount, base, actor_kind, actor_id,
            actor_label, reason)
        select asset, kind, key, coalesce(reference, ''), member_id, source, target, amount, base, actor_kind, actor_id,
            coalesce(actor_label, ''), coalesce(reason, '')
        from asked order by n
        on conflict (asset, kind, key) do nothing
        returning id, asset, kind, key, member_id, target, amount
    )
    select jsonb_agg(jsonb_build_object('n', a.n, 'posting', f.id, 'asset', f.asset, 'member_id', f.member_id,
            'comes', f.target = 'member', 'amount', f.amount, 'expires_at', a.expires_at) order by a.n) into v_fresh
    from fresh f join asked a on a.asset = f.asset and a.kind = f.kind and a.key = f.key;
    if v_fresh is null then
        return;
    end if;

    insert into members_lot (member_id, asset, posting_id, amount, remaining, expires_at)
    select f.member_id, f.asset, f.posting, f.amount, f.amount, f.expires_at
    from jsonb_to_recordset(v_fresh) as f(n int, posting bigint, asset text, member_id bigint, comes boolean, amount bigint,
        expires_at timestamptz)
    where f.comes order by f.n;

    -- Demand and supply, each laid end to end: a use is where two of them overlap.
    with wanted as (
        select f.posting, f.member_id, f.asset, f.amount, sum(f.amount) over w - f.amount as low, sum(f.amount) over w as high
        from jsonb_to_recordset(v_fresh) as f(n int, posting bigint, asset text, member_id bigint, comes boolean, amount bigint)
        where not f.comes window w as (partition by f.member_id, f.asset order by f.n)
    ), lying as (
        select l.id, l.member_id, l.asset, sum(l.remaining) over w - l.remaining as low, sum(l.remaining) over w as high
        from members_lot l
        where l.remaining > 0 and (l.expires_at is null or l.expires_at > kernel_now())
            and (l.member_id, l.asset) in (select w.member_id, w.asset from wanted w)
        window w as (partition by l.member_id, l.asset order by l.expires_at nulls last, l.id)
    ), used as (
        insert into members_lotuse (posting_id, lot_id, amount)
        select w.posting, l.id, least(w.high, l.high) - greatest(w.low, l.low)
        from wanted w join lying l on l.member_id = w.member_id and l.asset = w.asset
        where least(w.high, l.high) > greatest(w.low, l.low) order by w.posting, l.low
        returning lot_id, amount
    ), taken as (
        update members_lot l set remaining = l.remaining - u.amount
        from (select lot_id, sum(amount) as amount from used group by lot_id) u where l.id = u.lot_id
    )
    select coalesce((select sum(amount) from wanted), 0) - coalesce((select sum(amount) from used), 0) into v_short;
    if v_short <> 0 then
        raise exception 'a member holds less than is to be taken' using errcode = 'ZG003';
    end if;

    update members_purse p set balance = p.balance + d.delta
    from (select f.member_id, f.asset, sum(case when f.comes then f.amount else -f.amount end) as delta
          from jsonb_to_recordset(v_fresh) as f(asset text, member_id bigint, comes boolean, amount bigint) group by 1, 2) d
    where p.member_id = d.member_id and p.asset = d.asset;

    perform members_settle((select jsonb_agg(f) from jsonb_array_elements(v_fresh) f where (f ->> 'comes')::boolean));

    return query select f.n, f.posting from jsonb_to_recordset(v_fresh) as f(n int, posting bigint);
end $$;

-- What came in (rows {member_id, asset, posting}) first pays what its member owes.
create or replace function members_settle(p_came jsonb) returns void
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_due jsonb;
begin
    if p_came is null then
        return;
    end if;
    select jsonb_agg(jsonb_build_object('n', 0, 'asset', p.asset, 'kind', 'take_back', 'key', 'owed:' || c.posting,
            'member_id', p.member_id, 'source', 'member', 'target', 'issued', 'amount', least(p.owed, h.held),
            'actor_kind', 'system', 'actor_label', 'system')) into v_due
    from (select member_id, asset, max(posting) as posting
          from jsonb_to_recordset(p_came) as r(member_id bigint, asset text, posting bigint) group by 1, 2) c
    join members_purse p on p.member_id = c.member_id and p.asset = c.asset and p.owed > 0
    cross join lateral (select coalesce(sum(l.remaining), 0) as held from members_lot l
        where l.member_id = p.member_id and l.asset = p.asset and l.remaining > 0
            and (l.expires_at is null or l.expires_at > kernel_now())) h
    where h.held > 0;
    if v_due is null then
        return;
    end if;
    update members_purse p set owed = p.owed - d.amount
    from jsonb_to_recordset(v_due) as d(member_id bigint, asset text, amount bigint)
    where p.member_id = d.member_id and p.asset = d.asset;
    perform members_post(v_due);
end $$;

-- Which drafts of a batch want more than their member holds, first come first served: rows {draft, member_id, asset, amount}.
-- A refused draft's demand counts against those behind it; the caller tries such drafts once more alone.
create or replace function members_admit_spending(p_rows jsonb) returns table(draft int, available bigint)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
begin
    perform members_hold_purses(p_rows);
    return query
    with asked as (
        select r.draft, r.member_id, r.asset, sum(r.amount) over (partition by r.member_id, r.asset order by r.draft) as wanted
        from jsonb_to_recordset(p_rows) as r(draft int, member_id bigint, asset text, amount bigint)
    )
    select a.draft, h.held::bigint from asked a
    cross join lateral (select coalesce(sum(l.remaining), 0) as held from members_lot l
        where l.member_id = a.member_id and l.asset = a.asset and l.remaining > 0
            and (l.expires_at is null or l.expires_at > kernel_now())) h
    where a.wanted > h.held;
end $$;

-- The spending of drafts that were admitted, in the same transaction: rows {draft, member_id, asset, amount, order_number}.
create or replace function members_spend(p_rows jsonb) returns void
language plpgsql set plan_cache_mode = force_generic_plan as $$
begin
    perform members_post(jsonb_agg(jsonb_build_object('n', r.draft, 'asset', r.asset, 'kind', 'spend', 'key', r.order_number,
        'reference', r.order_number, 'member_id', r.member_id, 'source', 'member', 'target', 'redeemed', 'amount', r.amount,
        'actor_kind', 'member', 'actor_id', r.member_id)))
    from jsonb_to_recordset(p_rows) as r(draft int, member_id bigint, asset text, amount bigint, order_number text);
end $$;

-- What an order's spending took comes back: rows {asset, order_number, amount (null: all that is left), key}, into lots like
-- those it came from; none of them expires before p_not_before. Answers what came back by order; a second call finds nothing.
-- With a `kind` it is what was posted under that instead of 'spend', and `order_number` is its key.
create or replace function members_give_back(p_rows jsonb, p_not_before timestamptz)
returns table(order_number text, amount bigint)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_row record;
    v_spent members_posting;
    v_due bigint;
    v_posting bigint;
begin
    perform members_hold_purses(jsonb_agg(jsonb_build_object('member_id', p.member_id, 'asset', p.asset)))
    from jsonb_to_recordset(p_rows) as r(asset text, order_number text, kind text)
    join members_posting p on p.asset = r.asset and p.kind = coalesce(r.kind, 'spend') and p.key = r.order_number
    having count(*) > 0;

    for v_row in select * from jsonb_to_recordset(p_rows) as r(asset text, order_number text, amount bigint, key text,
            kind text) loop
        select p.* into v_spent from members_posting p
        where p.asset = v_row.asset and p.kind = coalesce(v_row.kind, 'spend') and p.key = v_row.order_number;
        continue when not found;
        select coalesce(sum(u.amount - u.returned), 0) into v_due from members_lotuse u where u.posting_id = v_spent.id;
        v_due := least(v_due, coalesce(v_row.amount, v_due));
        continue when v_due <= 0;
        v_posting := null;
        insert into members_posting (asset, kind, key, reference, member_id, source, target, amount, reason, actor_kind,
            actor_label)
        values (v_row.asset, 'give_back', v_row.key, case when v_row.kind is null then v_row.order_number else '' end,
            v_spent.member_id, 'redeemed', 'member', v_due, case when v_row.kind is null then '' else v_spent.reason end,
            'system', 'system')
        on conflict (asset, kind, key) do nothing returning id into v_posting;
        continue when v_posting is null;

        -- The last used comes back first: it is the one that lives longest.
        with spread as (
            select u.id, u.lot_id, u.amount - u.returned as free,
                sum(u.amount - u.returned) over (order by u.id desc) - (u.amount - u.returned) as before
            from members_lotuse u where u.posting_id = v_spent.id and u.returned < u.amount
        ), back as (
            update members_lotuse u set returned = u.returned + least(s.free, v_due - s.before)
            from spread s where u.id = s.id and s.before < v_due
            returning u.lot_id, least(s.free, v_due - s.before) as amount
        )
        insert into members_lot (member_id, asset, posting_id, amount, remaining, expires_at)
        select v_spent.member_id, v_spent.asset, v_posting, sum(b.amount), sum(b.amount),
            case when l.expires_at is not null then greatest(l.expires_at, p_not_before) end
        from back b join members_lot l on l.id = b.lot_id group by 6;

        update members_purse p set balance = p.balance + v_due
        where p.member_id = v_spent.member_id and p.asset = v_spent.asset;
        perform members_settle(jsonb_build_array(
            jsonb_build_object('member_id', v_spent.member_id, 'asset', v_spent.asset, 'posting', v_posting)));
        order_number := v_row.order_number;
        amount := v_due;
        return next;
    end loop;
end $$;

-- Points earned with these orders are taken back in proportion to what their buyer no longer pays: rows {order_number, kept}, what
-- is kept of the amount they were earned with. What was spent already is owed and paid by the next points. Answers what was due.
create or replace function members_take_back(p_rows jsonb) returns table(order_number text, due bigint)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_row record;
    v_earned members_posting;
    v_due bigint;
    v_held bigint;
begin
    perform members_hold_purses(jsonb_agg(jsonb_build_object('member_id', p.member_id, 'asset', p.asset)))
    from jsonb_to_recordset(p_rows) as r(order_number text)
    join members_posting p on p.asset = 'points' and p.kind = 'earn' and p.key = r.order_number
    having count(*) > 0;

    for v_row in select * from jsonb_to_recordset(p_rows) as r(order_number text, kept bigint) loop
        select p.* into v_earned from members_posting p
        where p.asset = 'points' and p.kind = 'earn' and p.key = v_row.order_number;
        continue when not found or coalesce(v_earned.base, 0) <= 0;
        v_due := v_earned.amount - v_earned.amount * greatest(least(v_row.kept, v_earned.base), 0) / v_earned.base
            - v_earned.reversed;
        continue when v_due <= 0;
        update members_posting p set reversed = p.reversed + v_due where p.id = v_earned.id;
        select coalesce(sum(l.remaining), 0) into v_held from members_lot l
        where l.member_id = v_earned.member_id and l.asset = 'points' and l.remaining > 0 and l.expires_at > kernel_now();
        if v_due > v_held then
            update members_purse p set owed = p.owed + v_due - v_held
            where p.member_id = v_earned.member_id and p.asset = 'points';
        end if;
        if v_held > 0 then
            perform members_post(jsonb_build_array(jsonb_build_object('n', 0, 'asset', 'points', 'kind', 'take_back',
                'key', v_row.order_number || ':' || v_earned.reversed + v_due, 'reference', v_row.order_number,
                'member_id', v_earned.member_id, 'source', 'member', 'target', 'issued', 'amount', least(v_due, v_held),
                'actor_kind', 'system', 'actor_label', 'system')));
        end if;
        order_number := v_row.order_number;
        due := v_due;
        return next;
    end loop;
end $$;

-- Lots whose time is over expire, one posting each; how many.
create or replace function members_expire(p_limit int) returns int
language plpgsql as $$
declare
    v_lots bigint[];
    v_done int;
begin
    select array_agg(l.id) into v_lots from (
        select id from members_lot where remaining > 0 and expires_at <= kernel_now() order by expires_at, id limit p_limit) l;
    if v_lots is null then
        return 0;
    end if;
    perform members_hold_purses((select jsonb_agg(distinct jsonb_build_object('member_id', l.member_id, 'asset', l.asset))
        from members_lot l where l.id = any(v_lots)));

    with gone as (
        select l.* from members_lot l where l.id = any(v_lots) and l.remaining > 0
    ), posted as (
        insert into members_posting (asset, kind, key, reference, member_id, source, target, amount, actor_kind, actor_label)
        select asset, 'expire', id::text, '', member_id, 'member', 'expired', remaining, 'system', 'system' from gone order by id
        returning id, asset, key, member_id, amount
    ), used as (
        insert into members_lotuse (posting_id, lot_id, amount)
        select p.id, p.key::bigint, p.amount from posted p
    ), emptied as (
        update members_lot l set remaining = 0 from posted p where l.id = p.key::bigint
    ), purse as (
        update members_purse q set balance = q.balance - d.amount
        from (select member_id, asset, sum(amount) as amount from posted group by 1, 2) d
        where q.member_id = d.member_id and q.asset = d.asset
    )
    select count(*)::int into v_done from posted;
    return v_done;
end $$;
