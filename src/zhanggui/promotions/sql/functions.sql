-- Counters of promotions and coupons, for a batch of orders at once.
--
-- p_uses: rows {draft, kind: "promotion"|"coupon", id (of the promotion, or of the coupon code), holder, amount, order_number}.
-- Lock order: promotions, coupon codes, holders; each sorted. What has neither limit nor budget is never locked.
-- See docs/locking.md.

-- The uses, each with its promotion (a coupon code belongs to one).
create or replace function promotions_uses(p_uses jsonb)
returns table(draft int, promotion_id bigint, code_id bigint, holder text, amount bigint, order_number text)
language sql stable as $$
    select u.draft, case when u.kind = 'coupon' then c.coupon_id else u.id end,
           case when u.kind = 'coupon' then u.id end, u.holder, u.amount, u.order_number
    from jsonb_to_recordset(p_uses) as u(draft int, kind text, id bigint, holder text, amount bigint, order_number text)
    left join promotions_couponcode c on u.kind = 'coupon' and c.id = u.id
$$;

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
    v_live boolean;
begin
    select array_agg(p.id) filter (where p.use_limit is not null or p.budget is not null),
           array_agg(c.id) filter (where c.max_uses is not null),
           coalesce(bool_or(p.per_holder_limit is not null), false),
           coalesce(bool_and(p.state is not distinct from 'live'), true)
      into v_promotions, v_codes, v_by_holder, v_live
    from promotions_uses(p_uses) u
    left join promotions_promotion p on p.id = u.promotion_id
    left join promotions_couponcode c on c.id = u.code_id;

    if v_live and v_promotions is null and v_codes is null and not v_by_holder then
        return;  -- the usual case: nothing here can run out
    end if;
    if v_promotions is not null or v_codes is not null then
        perform promotions_lock(v_promotions, v_codes);
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
    with judged as (
        select u.draft, u.promotion_id, c.code as coupon,
            case
                when p.id is null then 'unknown'
                when p.state <> 'live' then 'ended'
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
            end as reason
        from promotions_uses(p_uses) u
        left join promotions_promotion p on p.id = u.promotion_id
        left join promotions_couponcode c on c.id = u.code_id
        left join promotions_holderuse h on h.promotion_id = u.promotion_id and h.holder = u.holder
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
begin
    with counted as (
        select u.*, p.use_limit is not null or p.budget is not null as limited, p.per_holder_limit is not null as by_holder,
               c.max_uses is not null as by_code
        from promotions_uses(p_uses) u
        join promotions_promotion p on p.id = u.promotion_id
        left join promotions_couponcode c on c.id = u.code_id
    ), redeemed as (
        insert into promotions_redemption (promotion_id, coupon_code_id, holder, order_number, amount)
        select promotion_id, code_id, holder, order_number, amount from counted
        where code_id is not null or limited or by_holder
    )
    select bool_or(limited), bool_or(by_code), bool_or(by_holder) into v_limited, v_by_code, v_by_holder from counted;

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
end $$;

-- Everything these orders took is free again; a second call finds nothing to do.
create or replace function promotions_give_back(p_order_numbers text[]) returns void language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_ids bigint[];
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

    update promotions_redemption set given_back_at = kernel_now() where id = any(v_ids);
end $$;
