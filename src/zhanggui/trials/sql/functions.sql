-- Trials: what is published stays, and ranks are computed again by other means than those that made them (services/deciding.py).

-- The rank of an application in a draw: HMAC-SHA-256 of `trial:number:word` with the seed as key, in hexadecimal. The pads are
-- those of draws.
create or replace function trials_rank(p_seed text, p_message text) returns text language sql immutable as $$
    select encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(p_message, 'UTF8'))), 'hex') from draws_pads(p_seed) k
$$;

-- A trial that was published keeps its terms; one that is over stays as it is.
create or replace function trials_keep_trial() returns trigger language plpgsql as $$
begin
    if old.state <> 'draft' and (new.slug, new.label_zh, new.label_en, new.notes_zh, new.notes_en, new.sku_id, new.pieces,
            new.selection, new.freight, new.tiers, new.audience, new.min_points, new.questions, new.report_days, new.starts_at,
            new.ends_at, new.reference, new.commitment, new.sealed, new.published_at)
        is distinct from (old.slug, old.label_zh, old.label_en, old.notes_zh, old.notes_en, old.sku_id, old.pieces,
            old.selection, old.freight, old.tiers, old.audience, old.min_points, old.questions, old.report_days, old.starts_at,
            old.ends_at, old.reference, old.commitment, old.sealed, old.published_at) then
        raise exception 'a published trial keeps its terms' using errcode = 'restrict_violation';
    end if;
    if old.state in ('decided', 'called_off') and (new.state, new.seed, new.applied, new.given, new.decided_at)
        is distinct from (old.state, old.seed, old.applied, old.given, old.decided_at) then
        raise exception 'a trial that is over stays as it is' using errcode = 'restrict_violation';
    end if;
    if new.seed <> '' and encode(sha256(convert_to(new.seed, 'UTF8')), 'hex') <> new.commitment then
        raise exception 'this is not the seed the trial committed to' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

drop trigger if exists trials_keep_trial on trials_trial;
create trigger trials_keep_trial before update on trials_trial for each row execute function trials_keep_trial();

-- What a member wrote and which number it got is never altered; no application goes away.
create or replace function trials_keep_application() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or (new.trial_id, new.number, new.member_id, new.word, new.reason, new.answers, new.at)
        is distinct from (old.trial_id, old.number, old.member_id, old.word, old.reason, old.answers, old.at)
        or (old.rank <> '' and new.rank <> old.rank) or (old.order_number <> '' and new.order_number <> old.order_number) then
        raise exception 'an application stays as it was made' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

drop trigger if exists trials_keep_application on trials_application;
create trigger trials_keep_application before update or delete on trials_application
    for each row execute function trials_keep_application();
