-- The primary key is what makes a handler that runs twice harmless: one member, one code.
create table verification_codes (
    member_id bigint primary key references members (id) on delete cascade,
    code char(32) not null unique,
    created_at timestamp with time zone not null
);
