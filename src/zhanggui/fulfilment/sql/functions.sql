create or replace function fulfilment_tracking_frozen() returns trigger language plpgsql as $$
begin
    raise exception 'tracking events are never altered or deleted' using errcode = 'restrict_violation';
end $$;
create or replace trigger fulfilment_tracking_frozen before update or delete on fulfilment_trackingevent
    for each row execute function fulfilment_tracking_frozen();

-- The carriers a mall in mainland China starts with; staff add others. Codes as 快递鸟 uses them, phone numbers as published.
insert into fulfilment_carrier (code, name, name_en, phone, position) values
    ('SF', '顺丰速运', 'SF Express', '95338', 10),
    ('JD', '京东快递', 'JD Logistics', '950616', 20),
    ('ZTO', '中通快递', 'ZTO Express', '95311', 30),
    ('YTO', '圆通速递', 'YTO Express', '95554', 40),
    ('YD', '韵达速递', 'Yunda Express', '95546', 50),
    ('STO', '申通快递', 'STO Express', '95543', 60),
    ('JTSD', '极兔速递', 'J&T Express', '956025', 70),
    ('EMS', 'EMS', 'EMS', '11183', 80),
    ('YZPY', '邮政快递包裹', 'China Post parcel', '11183', 90),
    ('DBL', '德邦快递', 'Deppon Express', '95353', 100),
    ('CNSD', '菜鸟速递', 'Cainiao Express', '', 110),
    ('UC', '优速快递', 'UC Express', '', 120),
    ('PICKUP', '到店自提', 'Self-pickup', '', 900)
on conflict (code) do nothing;
