CREATE TABLE links (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug text COLLATE "C" NOT NULL,
  url text NOT NULL,
  hits bigint NOT NULL DEFAULT 0,
  -- Hash of the Idempotency-Key that the creating request bore.
  request_key bytea,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT links_slug_key UNIQUE (slug),
  CONSTRAINT links_request_key_key UNIQUE (request_key),
  CONSTRAINT links_slug_shape CHECK (slug ~ '^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$'),
  CONSTRAINT links_url_shape CHECK (url ~ '^https?://' AND octet_length(url) <= 2048)
)
-- Room on each page lets a new hit count stay on the page of its link, without a change to any index.
WITH (fillfactor = 80);
