-- Everything these orders took is free again (`promotions_give_back`); a code of one buyer whose time ran out while the
-- order held it is good for `p_days` more. A second call finds nothing to do.
create or replace function promotions_return(p_order_numbers text[], p_days int) returns void
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    v_codes bigint[];
begin
    select array_agg(r.coupon_code_id order by r.coupon_code_id) into v_codes from promotions_redemption r
    where r.order_number = any(p_order_numbers) and r.given_back_at is null and r.coupon_code_id is not null;
    perform promotions_give_back(p_order_numbers);
    if v_codes is null or p_days <= 0 then
        return;
    end if;
    update promotions_couponcode c set grace_until = kernel_now() + make_interval(days => p_days)
    from promotions_promotion p
    where c.id = any(v_codes) and p.id = c.coupon_id and c.max_uses = 1
      and kernel_now() >= greatest(least(p.ends_at, c.valid_until), c.grace_until);
end $$;
