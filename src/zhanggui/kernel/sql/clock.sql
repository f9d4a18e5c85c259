-- The mall's clock in SQL: the instant `kernel.clock.at` has set on this connection, else the transaction's own.
-- One stable expression, so that the planner puts it in place of the call.
create or replace function kernel_now() returns timestamptz language sql stable parallel safe as $$
    select coalesce(nullif(current_setting('zhanggui.now', true), '')::timestamptz, now())
$$;
