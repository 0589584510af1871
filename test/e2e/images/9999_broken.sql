CREATE TABLE half_done (id bigint PRIMARY KEY);
ALTER TABLE no_such_table ADD COLUMN note text;
