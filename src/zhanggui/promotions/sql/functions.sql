set local check_function_bodies = off;  -- functions speak of columns and tables that a later migration brings

-- Counters of promotions and coupons, for a batch of orders at once.
--
-- p_uses: rows {draft, kind: "promotion"|"coupon", id (of the promotion, or of the coupon code), holder, amount, order_number,
-- pieces: [[SKU, how many], …] of quotas, or null}.
-- Lock order: promotions, coupon codes, quotas, holders, holders' pieces; each sorted. What has neither limit nor budget is
-- never locked. See docs/locking.md.

-- The uses, each with its promotion (a coupon code belongs to one).
drop function if exists promotions_uses(jsonb);
create function promotions_uses(p_uses jsonb)
returns table(draft int, promotion_id bigint, code_id bigint, holder text, amount bigint, order_number text, pieces jsonb)
language sql stable as $$
    select u.draft, case when u.kind = 'coupon' then c.coupon_id else u.id end,
           case when u.kind = 'coupon' then u.id end, u.holder, u.amount, u.order_number, u.pieces
    from jsonb_to_recordset(p_uses)
        as u(draft int, kind text, id bigint, holder text, amount bigint, order_number text, pieces jsonb)
    left join promotions_couponcode c on u.kind = 'coupon' and c.id = u.id
$$;

-- The pieces of quotas among these uses, each with its quota (null where there is none).
create or replace function promotions_pieces(p_uses jsonb)
returns table(draft int, promotion_id bigint, sku_id bigint, holder text, pieces int, quota_id bigint)
language sql stable as $$
    select u.draft, u.id, (x ->> 0)::bigint, u.holder, (x ->> 1)::int, q.id
    from jsonb_to_recordset(p_uses) as u(draft int, kind text, id bigint, holder text, pieces jsonb)
    cross join lateral jsonb_array_elements(case when jsonb_typeof(u.pieces) = 'array' then u.pieces else '[]' end) x
    left join promotions_quota q on q.promotion_id = u.id and q.sku_id = (x ->> 0)::bigint
    where u.kind = 'promotion'
$$;

-- Lock the quotas that lose or regain pieces.
create or replace function promotions_lock_quotas(p_quotas bigint[]) returns void language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    perform 1 from promotions_quota q where q.id = any(p_quotas) order by q.id for no key update;
end $$;

-- Which of these uses want more pieces than there are, or than one holder may have; first come first served by draft.
create or replace function promotions_admit_pieces(p_uses jsonb) returns table(draft int, promotion_id bigint, reason text)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
begin
    perform promotions_lock_quotas(array(select u.quota_id from promotions_pieces(p_uses) u));
    insert into promotions_holderpieces (quota_id, holder, allowed)
    select distinct q.id, u.holder, q.per_holder
    from promotions_pieces(p_uses) u join promotions_quota q on q.id = u.quota_id
    where q.per_holder is not null
    order by q.id, u.holder
    on conflict (quota_id, holder) do nothing;
    perform 1 from promotions_holderpieces h
    where (h.quota_id, h.holder) in (select u.quota_id, u.holder from promotions_pieces(p_uses) u)
    order by h.quota_id, h.holder for no key update;
    return query
    with judged as (
        select u.draft, u.promotion_id, case
            when q.id is null then 'ended'
            when q.taken + sum(u.pieces) over (partition by q.id order by u.draft) > q.stock then 'quota_gone'
            when q.per_holder is not null
                and coalesce(h.taken, 0) + sum(u.pieces) over (partition by q.id, u.holder order by u.draft) > q.per_holder
                then 'holder_limit'
            end as reason
        from promotions_pieces(p_uses) u
        left join promotions_quota q on q.id = u.quota_id
        left join promotions_holderpieces h on h.quota_id = q.id and h.holder = u.holder
    )
    select distinct on (j.draft, j.promotion_id) j.draft, j.promotion_id, j.reason
    from judged j where j.reason is not null order by j.draft, j.promotion_id, j.reason;
end $$;

-- Lock what these uses count against, in the one order everybody keeps.
create or replace function promotions_lock(p_promotions bigint[], p_codes bigint[]) returns void language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    perform 1 from promotions_promotion p
    where p.id = any(p_promotions) and (p.use_limit is not null or p.budget is not null)
    order by p.id for no key update;
    perform 1 from promotions_couponcode c
    where c.id = any(p_codes) and c.max_uses is not null
    order by c.id for no key update;
end $$;

-- Who may not have it, first come first served by draft: reason and `promotion:<id>` or `coupon:<CODE>`.
-- A refused draft's demand counts against those behind it; the caller tries such drafts once more alone.
create or replace function promotions_admit(p_uses jsonb) returns table(draft int, code text, ref text)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_promotions bigint[];
    v_codes bigint[];
    v_by_holder boolean;
    v_by_pieces boolean;
    v_live boolean;
begin
    select array_agg(p.id) filter (where p.use_limit is not null or p.budget is not null),
           array_agg(c.id) filter (where c.max_uses is not null),
           coalesce(bool_or(p.per_holder_limit is not null), false),
           coalesce(bool_or(jsonb_typeof(u.pieces) = 'array'), false),
           coalesce(bool_and(p.state is not distinct from 'live' and c.voided_at is null
                             and not coalesce(kernel_now() >= greatest(c.valid_until, c.grace_until), false)), true)
      into v_promotions, v_codes, v_by_holder, v_by_pieces, v_live
    from promotions_uses(p_uses) u
    left join promotions_promotion p on p.id = u.promotion_id
    left join promotions_couponcode c on c.id = u.code_id;

    if v_live and v_promotions is null and v_codes is null and not v_by_holder and not v_by_pieces then
        return;  -- the usual case: nothing here can run out
    end if;
    if v_promotions is not null or v_codes is not null then
        perform promotions_lock(v_promotions, v_codes);
    end if;
    if v_by_pieces then
        perform promotions_lock_quotas(array(select u.quota_id from promotions_pieces(p_uses) u));
    end if;
    if v_by_holder then
        insert into promotions_holderuse (promotion_id, holder, allowed)
        select distinct p.id, u.holder, p.per_holder_limit
        from promotions_uses(p_uses) u join promotions_promotion p on p.id = u.promotion_id
        where p.per_holder_limit is not null
        order by p.id, u.holder
        on conflict (promotion_id, holder) do nothing;
        perform 1 from promotions_holderuse h
        where (h.promotion_id, h.holder) in (select u.promotion_id, u.holder from promotions_uses(p_uses) u)
        order by h.promotion_id, h.holder for no key update;
    end if;

    return query
    with short as materialized (
        select * from promotions_admit_pieces(p_uses) where v_by_pieces
    ), judged as (
        select u.draft, u.promotion_id, c.code as coupon,
            case
                when p.id is null then 'unknown'
                when p.state <> 'live' then 'ended'
                when c.voided_at is not null then 'void'
                when kernel_now() >= greatest(c.valid_until, c.grace_until) then 'out_of_time'
                when p.use_limit is not null
                    and p.used + count(*) over (partition by u.promotion_id order by u.draft) > p.use_limit then 'used_up'
                when c.max_uses is not null
                    and c.used + count(*) over (partition by u.code_id order by u.draft) > c.max_uses then 'used_up'
                when p.per_holder_limit is not null
                    and h.used + count(*) over (partition by u.promotion_id, u.holder order by u.draft)
                        > p.per_holder_limit then 'holder_limit'
                when p.budget is not null
                    and p.budget_used + sum(u.amount) over (partition by u.promotion_id order by u.draft) > p.budget
                    then 'budget_spent'
                else s.reason
            end as reason
        from promotions_uses(p_uses) u
        left join promotions_promotion p on p.id = u.promotion_id
        left join promotions_couponcode c on c.id = u.code_id
        left join promotions_holderuse h on h.promotion_id = u.promotion_id and h.holder = u.holder
        left join short s on s.draft = u.draft and s.promotion_id = u.promotion_id and u.code_id is null
    )
    select distinct on (j.draft) j.draft, j.reason,
        case when j.coupon is null then 'promotion:' || coalesce(j.promotion_id::text, '') else 'coupon:' || j.coupon end
    from judged j where j.reason is not null
    order by j.draft, j.promotion_id;
end $$;

-- Take the uses of drafts that were admitted, in the same transaction.
create or replace function promotions_take(p_uses jsonb) returns void language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_limited boolean;
    v_by_code boolean;
    v_by_holder boolean;
    v_by_pieces boolean;
begin
    with counted as (
        select u.*, p.use_limit is not null or p.budget is not null as limited, p.per_holder_limit is not null as by_holder,
               c.max_uses is not null as by_code, coalesce(jsonb_typeof(u.pieces) = 'array', false) as by_pieces
        from promotions_uses(p_uses) u
        join promotions_promotion p on p.id = u.promotion_id
        left join promotions_couponcode c on c.id = u.code_id
    ), redeemed as (
        insert into promotions_redemption (promotion_id, coupon_code_id, holder, order_number, amount, pieces)
        select promotion_id, code_id, holder, order_number, amount, case when by_pieces then pieces end from counted
        where code_id is not null or limited or by_holder or by_pieces
    )
    select bool_or(limited), bool_or(by_code), bool_or(by_holder), bool_or(by_pieces)
      into v_limited, v_by_code, v_by_holder, v_by_pieces from counted;

    if v_limited then
        update promotions_promotion p set used = p.used + t.uses, budget_used = p.budget_used + t.amount
        from (select u.promotion_id, count(*) as uses, sum(u.amount) as amount from promotions_uses(p_uses) u group by 1) t
        where p.id = t.promotion_id and (p.use_limit is not null or p.budget is not null);
    end if;
    if v_by_code then
        update promotions_couponcode c set used = c.used + t.uses
        from (select u.code_id, count(*) as uses from promotions_uses(p_uses) u where u.code_id is not null group by 1) t
        where c.id = t.code_id and c.max_uses is not null;
    end if;
    if v_by_holder then
        insert into promotions_holderuse as h (promotion_id, holder, used, allowed)
        select p.id, u.holder, count(*), p.per_holder_limit
        from promotions_uses(p_uses) u join promotions_promotion p on p.id = u.promotion_id
        where p.per_holder_limit is not null
        group by p.id, u.holder order by p.id, u.holder
        on conflict (promotion_id, holder) do update set used = h.used + excluded.used, allowed = excluded.allowed;
    end if;
    if v_by_pieces then
        update promotions_quota q set taken = q.taken + t.pieces
        from (select u.quota_id, sum(u.pieces) as pieces from promotions_pieces(p_uses) u group by 1) t
        where q.id = t.quota_id;
        insert into promotions_holderpieces as h (quota_id, holder, taken, allowed)
        select q.id, u.holder, sum(u.pieces), q.per_holder
        from promotions_pieces(p_uses) u join promotions_quota q on q.id = u.quota_id
        where q.per_holder is not null
        group by q.id, u.holder order by q.id, u.holder
        on conflict (quota_id, holder) do update set taken = h.taken + excluded.taken, allowed = excluded.allowed;
    end if;
end $$;

-- Everything these orders took is free again; a second call finds nothing to do.
create or replace function promotions_give_back(p_order_numbers text[]) returns void language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_ids bigint[];
    v_quotas bigint[];
begin
    select array_agg(r.id) into v_ids from (
        select id from promotions_redemption
        where order_number = any(p_order_numbers) and given_back_at is null order by id for no key update
    ) r;
    if v_ids is null then
        return;
    end if;
    perform promotions_lock(
        (select array_agg(r.promotion_id) from promotions_redemption r where r.id = any(v_ids)),
        (select array_agg(r.coupon_code_id) from promotions_redemption r where r.id = any(v_ids)));

    select array_agg(q.id) into v_quotas
    from promotions_redemption r cross join lateral jsonb_array_elements(r.pieces) x
    join promotions_quota q on q.promotion_id = r.promotion_id and q.sku_id = (x ->> 0)::bigint
    where r.id = any(v_ids) and r.pieces is not null;
    if v_quotas is not null then
        perform promotions_lock_quotas(v_quotas);
    end if;

    update promotions_promotion p set used = p.used - t.uses, budget_used = p.budget_used - t.amount
    from (select r.promotion_id, count(*) as uses, sum(r.amount) as amount
          from promotions_redemption r where r.id = any(v_ids) group by 1) t
    where p.id = t.promotion_id and (p.use_limit is not null or p.budget is not null);

    update promotions_couponcode c set used = c.used - t.uses
    from (select r.coupon_code_id, count(*) as uses from promotions_redemption r
          where r.id = any(v_ids) and r.coupon_code_id is not null group by 1) t
    where c.id = t.coupon_code_id and c.max_uses is not null;

    perform 1 from promotions_holderuse h
    where (h.promotion_id, h.holder) in
        (select r.promotion_id, r.holder from promotions_redemption r where r.id = any(v_ids))
    order by h.promotion_id, h.holder for no key update;
    update promotions_holderuse h set used = h.used - t.uses
    from (select r.promotion_id, r.holder, count(*) as uses
          from promotions_redemption r where r.id = any(v_ids) group by 1, 2) t
    where h.promotion_id = t.promotion_id and h.holder = t.holder;

    if v_quotas is not null then
        update promotions_quota q set taken = q.taken - t.pieces
        from (select r.promotion_id, (x ->> 0)::bigint as sku_id, sum((x ->> 1)::int) as pieces
              from promotions_redemption r cross join lateral jsonb_array_elements(r.pieces) x
              where r.id = any(v_ids) and r.pieces is not null group by 1, 2) t
        where q.promotion_id = t.promotion_id and q.sku_id = t.sku_id;
        perform 1 from promotions_holderpieces h
        where (h.quota_id, h.holder) in (select q.id, r.holder from promotions_redemption r
            join promotions_quota q on q.promotion_id = r.promotion_id and q.id = any(v_quotas) where r.id = any(v_ids))
        order by h.quota_id, h.holder for no key update;
        update promotions_holderpieces h set taken = h.taken - t.pieces
        from (select q.id, r.holder, sum((x ->> 1)::int) as pieces
              from promotions_redemption r cross join lateral jsonb_array_elements(r.pieces) x
              join promotions_quota q on q.promotion_id = r.promotion_id and q.sku_id = (x ->> 0)::bigint
              where r.id = any(v_ids) and r.pieces is not null group by 1, 2) t
        where h.quota_id = t.id and h.holder = t.holder;
    end if;

    update promotions_redemption set given_back_at = kernel_now() where id = any(v_ids);
end $$;
