-- Draws: what is published stays, and outcomes are computed again by other means than those that made them (fairness.py).

-- The lines of each table of prizes as the rolls that fall on them: from low to before high.
create or replace view draws_lines as
select p.draw_id, p.id as prize_id, p.place, sum(p.odds) over w - p.odds as low, sum(p.odds) over w as high
from draws_prize p window w as (partition by p.draw_id order by p.place);

-- A key of 64 bytes as the two pads of HMAC (RFC 2104).
create or replace function draws_pads(p_seed text) returns table(inner_pad bytea, outer_pad bytea)
language plpgsql immutable as $$
declare
    v_byte int;
begin
    inner_pad := decode(repeat('36', 64), 'hex');
    outer_pad := decode(repeat('5c', 64), 'hex');
    for i in 0..least(length(p_seed), 64) - 1 loop
        v_byte := ascii(substr(p_seed, i + 1, 1));
        inner_pad := set_byte(inner_pad, i, v_byte # 54);
        outer_pad := set_byte(outer_pad, i, v_byte # 92);
    end loop;
    return next;
end $$;

-- The roll: the first 32-bit word of HMAC-SHA-256 that no face is favoured by, modulo 10 000.
create or replace function draws_roll(p_inner bytea, p_outer bytea, p_message text) returns int
language plpgsql immutable as $$
declare
    v_digest bytea;
    v_word bigint;
    v_block int := 0;
begin
    loop
        v_digest := sha256(p_outer || sha256(p_inner
            || convert_to(p_message || case when v_block > 0 then ':' || v_block else '' end, 'UTF8')));
        for i in 0..7 loop
            v_word := (get_byte(v_digest, i * 4)::bigint << 24) + (get_byte(v_digest, i * 4 + 1) << 16)
                + (get_byte(v_digest, i * 4 + 2) << 8) + get_byte(v_digest, i * 4 + 3);
            if v_word < 4294960000 then
                return (v_word % 10000)::int;
            end if;
        end loop;
        v_block := v_block + 1;
    end loop;
end $$;

-- A draw that was published keeps its terms; its end tells the seed it committed to.
create or replace function draws_keep_draw() returns trigger language plpgsql as $$
begin
    if old.state <> 'draft' and (new.slug, new.label_zh, new.label_en, new.notes_zh, new.notes_en, new.starts_at, new.ends_at,
            new.tiers, new.per_day, new.per_member, new.price, new.commitment, new.sealed, new.published_at)
        is distinct from (old.slug, old.label_zh, old.label_en, old.notes_zh, old.notes_en, old.starts_at, old.ends_at,
            old.tiers, old.per_day, old.per_member, old.price, old.commitment, old.sealed, old.published_at) then
        raise exception 'a published draw keeps its terms' using errcode = 'restrict_violation';
    end if;
    if old.state = 'ended' and (new.state, new.seed, new.taken, new.ended_at)
        is distinct from (old.state, old.seed, old.taken, old.ended_at) then
        raise exception 'a draw that is over stays as it is' using errcode = 'restrict_violation';
    end if;
    if new.seed <> '' and encode(sha256(convert_to(new.seed, 'UTF8')), 'hex') <> new.commitment then
        raise exception 'this is not the seed the draw committed to' using errcode = 'restrict_violation';
    end if;
    if old.state = 'draft' and new.state = 'live'
        and (select coalesce(sum(odds), 0) from draws_prize where draw_id = new.id) <> 10000 then
        raise exception 'the odds of a draw add up to 10000' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create or replace trigger draws_keep before update on draws_draw for each row execute function draws_keep_draw();

-- Its table of prizes too: only pieces are counted.
create or replace function draws_keep_prize() returns trigger language plpgsql as $$
begin
    if (select state from draws_draw where id = coalesce(new.draw_id, old.draw_id)) <> 'draft' and (tg_op <> 'UPDATE'
        or (new.draw_id, new.place, new.kind, new.label_zh, new.label_en, new.odds, new.pieces, new.promotion_id, new.batch,
            new.points, new.value)
        is distinct from (old.draw_id, old.place, old.kind, old.label_zh, old.label_en, old.odds, old.pieces, old.promotion_id,
            old.batch, old.points, old.value)) then
        raise exception 'the prizes of a published draw stay as they are' using errcode = 'restrict_violation';
    end if;
    return coalesce(new, old);
end $$;
create or replace trigger draws_keep before insert or update or delete on draws_prize
    for each row execute function draws_keep_prize();

-- A chance is written once.
create or replace function draws_chance_frozen() returns trigger language plpgsql as $$
begin
    raise exception 'chances are never altered or deleted' using errcode = 'restrict_violation';
end $$;
create or replace trigger draws_frozen before update or delete on draws_chance
    for each row execute function draws_chance_frozen();
