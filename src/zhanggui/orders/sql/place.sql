-- Placing a batch of orders: one call, one transaction, first come first served (by `draft`).
--
-- p_orders: orders.types.DraftOrder rows (with a deposit: the order is made of the presale reservation of its number); p_lines: DraftLine rows; p_stock: DraftStock rows; p_uses: DraftUse rows (counted coupons, promotions);
-- p_seats: seats of groups (groupbuy.types.DraftSeat); p_points: rows {draft, member_id, asset, amount, order_number} of members_spend;
-- p_intents: what payments_open takes. Answers one row per draft:
--   placed | replayed (detail: the key's earlier digest; order_number: its order) | refused (detail: code, and what is missing).
-- Lock order: idempotency keys, presale reservations, promotion counters, offers and groups, members' purses, stock levels; each sorted. See docs/locking.md.
drop function if exists orders_place(jsonb, jsonb, jsonb, jsonb, jsonb);
drop function if exists orders_place(jsonb, jsonb, jsonb, jsonb, jsonb, jsonb);
create or replace function orders_place(p_orders jsonb, p_lines jsonb, p_stock jsonb, p_uses jsonb, p_seats jsonb, p_points jsonb,
    p_intents jsonb)
returns table(draft int, outcome text, order_number text, detail jsonb)
language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_all int[];
    v_open int[];       -- still in the running
    v_out int[];        -- refused in the step just done
    v_refusals jsonb := '[]';
    v_step jsonb;
    v_orders jsonb := p_orders;
    v_lines jsonb := p_lines;
    v_stock jsonb := p_stock;
    v_uses jsonb := p_uses;
    v_seats jsonb := p_seats;
    v_points jsonb := p_points;
    v_intents jsonb := p_intents;
    v_presale jsonb;
    v_asked text;
begin
    select array_agg(o.draft order by o.draft) into v_all from jsonb_to_recordset(p_orders) as o(draft int);
    select coalesce(jsonb_agg(jsonb_build_object('draft', o.draft, 'number', o.number, 'deposit', o.deposit)), '[]')
      into v_presale from jsonb_to_recordset(p_orders) as o(draft int, number text, deposit bigint)
    where o.deposit > 0;
    v_open := v_all;

    -- What is scarce is asked for step by step, in the order of locks. Whoever is out after a step is out of all that follow.
    foreach v_asked in array array['keys', 'presale', 'uses', 'seats', 'points', 'stock'] loop
        v_out := null;
        v_step := '[]';
        case v_asked
        when 'keys' then
            -- The key first: a twin request waits here for our commit, then finds our answer.
            with asked as (
                select o.draft, o.scope, o.key, o.digest, o.number
                from jsonb_to_recordset(p_orders) as o(draft int, scope text, key text, digest text, number text)
            ), fresh as (
                insert into kernel_idempotencykey (scope, key, digest, reference)
                select a.scope, a.key, a.digest, a.number from asked a where a.key <> '' order by a.scope, a.key
                on conflict (scope, key) do nothing
                returning scope, key
            )
            select array_agg(a.draft) into v_out from asked a
            where a.key <> '' and not exists (select 1 from fresh f where f.scope = a.scope and f.key = a.key);
            if v_out is not null then
                return query
                    select a.draft, 'replayed'::text, k.reference::text, jsonb_build_object('digest', k.digest)
                    from jsonb_to_recordset(p_orders) as a(draft int, scope text, key text)
                    join kernel_idempotencykey k on k.scope = a.scope and k.key = a.key
                    where a.draft = any(v_out);
            end if;
        when 'presale' then
            -- Reservations hold their stock, and go with nothing scarce.
            if v_presale <> '[]' then
                select array_agg(r.draft), jsonb_agg(jsonb_build_object('draft', r.draft, 'code', 'presale', 'reason', r.reason))
                  into v_out, v_step from presale_admit(v_presale) as r;
            end if;
        when 'uses' then
            if v_uses <> '[]' then
                select array_agg(distinct r.draft), jsonb_agg(jsonb_build_object('draft', r.draft, 'code', r.code, 'ref', r.ref))
                  into v_out, v_step from promotions_admit(v_uses) as r;
            end if;
        when 'seats' then
            if v_seats <> '[]' then
                select array_agg(r.draft), jsonb_agg(jsonb_build_object('draft', r.draft, 'code', 'group', 'reason', r.reason))
                  into v_out, v_step from groupbuy_admit(v_seats) as r;
            end if;
        when 'points' then
            if v_points <> '[]' then
                select array_agg(distinct r.draft),
                       jsonb_agg(jsonb_build_object('draft', r.draft, 'code', 'points_not_enough', 'available', r.available))
                  into v_out, v_step from members_admit_spending(v_points) as r;
            end if;
        when 'stock' then
            -- Last, because it is the hottest.
            select array_agg(distinct r.draft),
                   jsonb_agg(jsonb_build_object('draft', r.draft, 'code', 'out_of_stock', 'sku_id', r.sku_id, 'available', r.available))
              into v_out, v_step from inventory_admit(v_stock) as r;
        end case;
        continue when v_out is null;
        v_refusals := v_refusals || v_step;
        v_open := orders_without(v_open, v_out);
        v_presale := orders_only_drafts(v_presale, v_open);
        v_uses := orders_only_drafts(v_uses, v_open);
        v_seats := orders_only_drafts(v_seats, v_open);
        v_points := orders_only_drafts(v_points, v_open);
        v_stock := orders_only_drafts(v_stock, v_open);
    end loop;

    if v_refusals <> '[]' then
        delete from kernel_idempotencykey k
        using jsonb_to_recordset(p_orders) as a(draft int, scope text, key text, number text)
        where k.scope = a.scope and k.key = a.key and k.reference = a.number
          and a.draft in (select (r ->> 'draft')::int from jsonb_array_elements(v_refusals) r);
        return query
            select (r ->> 'draft')::int, 'refused'::text, ''::text, jsonb_agg(r - 'draft')
            from jsonb_array_elements(v_refusals) r group by 1;
    end if;

    if cardinality(v_open) = 0 then
        return;
    end if;
    if cardinality(v_open) < cardinality(v_all) then
        v_orders := orders_only_drafts(p_orders, v_open);
        v_lines := orders_only_drafts(p_lines, v_open);
        v_intents := orders_only_drafts(p_intents, v_open);
    end if;

    -- All that is scarce is held; write it down.
    if v_presale <> '[]' then
        perform presale_redeem(v_presale);
    end if;
    if v_uses <> '[]' then
        perform promotions_take(v_uses);
    end if;
    if v_seats <> '[]' then
        perform groupbuy_take(v_seats);
    end if;
    if v_points <> '[]' then
        perform members_spend(v_points);
    end if;
    perform inventory_reserve(v_stock);

    with asked as (
        select * from jsonb_to_recordset(v_orders) as o(
            draft int, number text, status text, member_id bigint, holder text, channel text, source text, currency text,
            items_total bigint, discount_total bigint, shipping_total bigint, total bigint, payment_provider text,
            explanation jsonb, delivery_method text, contact_name text, contact_mobile text, province text, city text,
            district text, address_line text, buyer_note text, placed_at timestamptz, expires_at timestamptz,
            dispatch_due_at timestamptz, dispatch_latest_at timestamptz, actor_kind text, actor_id bigint, actor_label text,
            hold text, deposit bigint, terms jsonb, delivery jsonb, kind text, promise_hours smallint,
            whole_hours smallint)
    ), placed as (
        insert into orders_order (number, status, member_id, holder, channel, source, currency, items_total,
            discount_total, shipping_total, total, payment_provider, explanation, delivery_method, contact_name,
            contact_mobile, province, city, district, address_line, buyer_note, placed_at, expires_at, paid_at,
            paid_total, dispatch_due_at, dispatch_latest_at, hold, deposit, terms, kind, promise_hours, whole_hours,
            delivery)
        select number, status, member_id, holder, channel, source, currency, items_total, discount_total, shipping_total,
            total, payment_provider, explanation, delivery_method, contact_name, contact_mobile, province, city, district,
            address_line, buyer_note, placed_at, expires_at, case when status = 'paid' then placed_at end,
            case when status = 'paid' then total else deposit end, dispatch_due_at, dispatch_latest_at, hold, deposit, terms, coalesce(kind, 'sale'),
            promise_hours, whole_hours, delivery
        from asked order by draft
        returning id, number
    ), numbered as (
        select p.id, a.draft, a.number, a.status, a.placed_at, a.actor_kind, a.actor_id, a.actor_label, a.member_id, a.total,
            a.currency, coalesce(a.kind, 'sale') as kind
        from placed p join asked a on a.number = p.number
    ), sold as (
        insert into orders_orderline (order_id, position, sku_id, product_id, sku_code, title, options, image, quantity,
            list_price, unit_price, cost, discount, payable, discounts, special, supply_mode, promise_hours,
            particulars, surcharge)
        select n.id, l.line, l.sku_id, l.product_id, l.sku_code, l.title, l.options, l.image, l.quantity,
            l.list_price, l.unit_price, l.cost, l.discount, l.payable, l.discounts, l.special, coalesce(l.supply_mode, 'stocked'),
            l.promise_hours, l.particulars, coalesce(l.surcharge, 0)
        from jsonb_to_recordset(v_lines) as l(draft int, line int, sku_id bigint, product_id bigint, sku_code text,
            title text, options text, image text, quantity int, list_price bigint, unit_price bigint, cost bigint,
            discount bigint, payable bigint, discounts jsonb, special jsonb,
            supply_mode text, promise_hours smallint, particulars jsonb, surcharge bigint)
        join numbered n on n.draft = l.draft
    ), told as (
        -- That a buyer placed it stands on the order; that somebody else did must be told.
        insert into orders_timelineentry (order_id, at, kind, actor_kind, actor_id, actor_label)
        select id, placed_at, 'placed', actor_kind, actor_id, actor_label from numbered
        where actor_kind not in ('member', 'guest')
    )
    insert into kernel_outboxevent (name, aggregate, payload)
    select 'orders.order_placed', 'order:' || number,
        jsonb_build_object('number', number, 'member_id', member_id, 'total', total, 'currency', currency, 'placed_at', placed_at)
    from numbered
    union all
    -- Paid from the start: announced as orders_announce_paid does it, from what is at hand.
    select 'orders.order_paid', 'order:' || n.number,
        jsonb_build_object('number', n.number, 'member_id', n.member_id, 'total', n.total, 'currency', n.currency,
            'paid_at', n.placed_at, 'lines', l.lines, 'kind', n.kind)
    from numbered n join (
        select x.draft, jsonb_agg(jsonb_build_object('sku_id', x.sku_id, 'product_id', x.product_id,
            'quantity', x.quantity, 'payable', x.payable) order by x.line) as lines
        from jsonb_to_recordset(v_lines) as x(draft int, line int, sku_id bigint, product_id bigint, quantity int,
            payable bigint)
        group by x.draft
    ) l on l.draft = n.draft
    where n.status = 'paid';

    if v_intents <> '[]' then
        perform payments_open(v_intents);
    end if;

    return query
        select o.draft, 'placed'::text, o.number, null::jsonb
        from jsonb_to_recordset(v_orders) as o(draft int, number text);
end $$;

-- The rows of a batch that belong to the drafts still in the running.
create or replace function orders_only_drafts(p_rows jsonb, p_drafts int[]) returns jsonb language sql immutable as $$
    select coalesce(jsonb_agg(r), '[]') from jsonb_array_elements(p_rows) r where (r ->> 'draft')::int = any(p_drafts)
$$;

create or replace function orders_without(p_drafts int[], p_out int[]) returns int[] language sql immutable as $$
    select coalesce(array_agg(d order by d), '{}') from unnest(p_drafts) d where d <> all(p_out)
$$;
