--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: alert; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alert (
    id text NOT NULL COLLATE pg_catalog."C",
    detector text COLLATE pg_catalog."C",
    family text COLLATE pg_catalog."C",
    key text COLLATE pg_catalog."C",
    bucket_start timestamp without time zone,
    revision integer,
    body text COLLATE pg_catalog."C",
    state text COLLATE pg_catalog."C",
    changed_at timestamp without time zone
);


--
-- Name: allowed; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.allowed (
    account text NOT NULL COLLATE pg_catalog."C",
    principal_key text NOT NULL COLLATE pg_catalog."C",
    action text NOT NULL COLLATE pg_catalog."C",
    resource_family text NOT NULL COLLATE pg_catalog."C",
    first_allowed timestamp without time zone,
    last_allowed timestamp without time zone
);


--
-- Name: denial; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.denial (
    event_time timestamp without time zone NOT NULL,
    event_id text NOT NULL COLLATE pg_catalog."C",
    shared_event_id text COLLATE pg_catalog."C",
    original_event_id text COLLATE pg_catalog."C",
    request_id text COLLATE pg_catalog."C",
    caller_account text COLLATE pg_catalog."C",
    recipient_account text COLLATE pg_catalog."C",
    region text COLLATE pg_catalog."C",
    event_source text COLLATE pg_catalog."C",
    event_name text COLLATE pg_catalog."C",
    service text COLLATE pg_catalog."C",
    action text COLLATE pg_catalog."C",
    principal_key text COLLATE pg_catalog."C",
    principal_arn text COLLATE pg_catalog."C",
    principal_type text COLLATE pg_catalog."C",
    session_name text COLLATE pg_catalog."C",
    invoked_by text COLLATE pg_catalog."C",
    resource text COLLATE pg_catalog."C",
    resource_family text COLLATE pg_catalog."C",
    resource_from text COLLATE pg_catalog."C",
    error_code text COLLATE pg_catalog."C",
    layer text COLLATE pg_catalog."C",
    effect text COLLATE pg_catalog."C",
    policy_arn text COLLATE pg_catalog."C",
    error_message text COLLATE pg_catalog."C",
    message_hash text COLLATE pg_catalog."C",
    encoded_message text COLLATE pg_catalog."C",
    statement text COLLATE pg_catalog."C",
    blocked_by text COLLATE pg_catalog."C",
    snapshot_hash text COLLATE pg_catalog."C",
    source_kind text COLLATE pg_catalog."C",
    source_name text COLLATE pg_catalog."C",
    ingested_at timestamp without time zone,
    is_primary boolean,
    parser_version integer,
    rest text COLLATE pg_catalog."C",
    event_day text COLLATE pg_catalog."C",
    authorization_id text COLLATE pg_catalog."C"
)
PARTITION BY RANGE (event_time);


--
-- Name: denial_other; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.denial_other (
    event_time timestamp without time zone NOT NULL,
    event_id text NOT NULL COLLATE pg_catalog."C",
    shared_event_id text COLLATE pg_catalog."C",
    original_event_id text COLLATE pg_catalog."C",
    request_id text COLLATE pg_catalog."C",
    caller_account text COLLATE pg_catalog."C",
    recipient_account text COLLATE pg_catalog."C",
    region text COLLATE pg_catalog."C",
    event_source text COLLATE pg_catalog."C",
    event_name text COLLATE pg_catalog."C",
    service text COLLATE pg_catalog."C",
    action text COLLATE pg_catalog."C",
    principal_key text COLLATE pg_catalog."C",
    principal_arn text COLLATE pg_catalog."C",
    principal_type text COLLATE pg_catalog."C",
    session_name text COLLATE pg_catalog."C",
    invoked_by text COLLATE pg_catalog."C",
    resource text COLLATE pg_catalog."C",
    resource_family text COLLATE pg_catalog."C",
    resource_from text COLLATE pg_catalog."C",
    error_code text COLLATE pg_catalog."C",
    layer text COLLATE pg_catalog."C",
    effect text COLLATE pg_catalog."C",
    policy_arn text COLLATE pg_catalog."C",
    error_message text COLLATE pg_catalog."C",
    message_hash text COLLATE pg_catalog."C",
    encoded_message text COLLATE pg_catalog."C",
    statement text COLLATE pg_catalog."C",
    blocked_by text COLLATE pg_catalog."C",
    snapshot_hash text COLLATE pg_catalog."C",
    source_kind text COLLATE pg_catalog."C",
    source_name text COLLATE pg_catalog."C",
    ingested_at timestamp without time zone,
    is_primary boolean,
    parser_version integer,
    rest text COLLATE pg_catalog."C",
    event_day text COLLATE pg_catalog."C",
    authorization_id text COLLATE pg_catalog."C"
);


--
-- Name: denial_rollup; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.denial_rollup (
    bucket_start timestamp without time zone NOT NULL,
    account text NOT NULL COLLATE pg_catalog."C",
    principal_key text NOT NULL COLLATE pg_catalog."C",
    action text NOT NULL COLLATE pg_catalog."C",
    resource_family text NOT NULL COLLATE pg_catalog."C",
    n integer,
    slots integer
);


--
-- Name: denial_w20260427; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.denial_w20260427 (
    event_time timestamp without time zone NOT NULL,
    event_id text NOT NULL COLLATE pg_catalog."C",
    shared_event_id text COLLATE pg_catalog."C",
    original_event_id text COLLATE pg_catalog."C",
    request_id text COLLATE pg_catalog."C",
    caller_account text COLLATE pg_catalog."C",
    recipient_account text COLLATE pg_catalog."C",
    region text COLLATE pg_catalog."C",
    event_source text COLLATE pg_catalog."C",
    event_name text COLLATE pg_catalog."C",
    service text COLLATE pg_catalog."C",
    action text COLLATE pg_catalog."C",
    principal_key text COLLATE pg_catalog."C",
    principal_arn text COLLATE pg_catalog."C",
    principal_type text COLLATE pg_catalog."C",
    session_name text COLLATE pg_catalog."C",
    invoked_by text COLLATE pg_catalog."C",
    resource text COLLATE pg_catalog."C",
    resource_family text COLLATE pg_catalog."C",
    resource_from text COLLATE pg_catalog."C",
    error_code text COLLATE pg_catalog."C",
    layer text COLLATE pg_catalog."C",
    effect text COLLATE pg_catalog."C",
    policy_arn text COLLATE pg_catalog."C",
    error_message text COLLATE pg_catalog."C",
    message_hash text COLLATE pg_catalog."C",
    encoded_message text COLLATE pg_catalog."C",
    statement text COLLATE pg_catalog."C",
    blocked_by text COLLATE pg_catalog."C",
    snapshot_hash text COLLATE pg_catalog."C",
    source_kind text COLLATE pg_catalog."C",
    source_name text COLLATE pg_catalog."C",
    ingested_at timestamp without time zone,
    is_primary boolean,
    parser_version integer,
    rest text COLLATE pg_catalog."C",
    event_day text COLLATE pg_catalog."C",
    authorization_id text COLLATE pg_catalog."C"
);


--
-- Name: dirty_bucket; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.dirty_bucket (
    bucket_start timestamp without time zone NOT NULL,
    version integer
);


--
-- Name: ingest_object; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.ingest_object (
    bucket text NOT NULL COLLATE pg_catalog."C",
    object_key text NOT NULL COLLATE pg_catalog."C",
    object_version text NOT NULL COLLATE pg_catalog."C",
    state text COLLATE pg_catalog."C",
    attempts integer,
    token text COLLATE pg_catalog."C",
    lease_until timestamp without time zone,
    records integer,
    denials integer,
    last_error text COLLATE pg_catalog."C"
);


--
-- Name: mark; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.mark (
    account text NOT NULL COLLATE pg_catalog."C",
    principal_key text NOT NULL COLLATE pg_catalog."C",
    action text NOT NULL COLLATE pg_catalog."C",
    resource_family text NOT NULL COLLATE pg_catalog."C",
    state text COLLATE pg_catalog."C",
    note text COLLATE pg_catalog."C",
    marked_at timestamp without time zone
);


--
-- Name: outbox; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.outbox (
    dedupe_key text NOT NULL COLLATE pg_catalog."C",
    sink text COLLATE pg_catalog."C",
    alert_id text COLLATE pg_catalog."C",
    body text COLLATE pg_catalog."C",
    attempts integer,
    token text COLLATE pg_catalog."C",
    due timestamp without time zone,
    is_done boolean
);


--
-- Name: quarantine; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.quarantine (
    hash text NOT NULL COLLATE pg_catalog."C",
    source text NOT NULL COLLATE pg_catalog."C",
    "position" integer NOT NULL,
    reason text COLLATE pg_catalog."C"
);


--
-- Name: spike_series; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.spike_series (
    family text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    last_bucket timestamp without time zone,
    model_version integer,
    state text COLLATE pg_catalog."C"
);


--
-- Name: store_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.store_version (
    version integer
);


--
-- Name: denial_other; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.denial ATTACH PARTITION public.denial_other DEFAULT;


--
-- Name: denial_w20260427; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.denial ATTACH PARTITION public.denial_w20260427 FOR VALUES FROM ('2026-04-27 00:00:00') TO ('2026-05-04 00:00:00');


--
-- Data for Name: alert; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: allowed; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: denial_other; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: denial_rollup; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.denial_rollup VALUES ('2026-04-27 10:00:00', '111122223333', 'arn:aws:iam::111122223333:role/ci/deploy', 's3:PutObject', 'arn:aws:s3:::reports/*', 3, 1);


--
-- Data for Name: denial_w20260427; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.denial_w20260427 VALUES ('2026-04-27 10:01:00', '11111111-0000-4000-8000-000000000001', NULL, NULL, 'REQUEST1', '111122223333', '111122223333', 'us-east-1', 's3.amazonaws.com', 'PutObject', 's3', 's3:PutObject', 'arn:aws:iam::111122223333:role/ci/deploy', 'arn:aws:sts::111122223333:assumed-role/deploy/ci', 'assumed-role', 'ci', NULL, 'arn:aws:s3:::reports/k1', 'arn:aws:s3:::reports/*', 'stated', 'AccessDenied', 'identity-policy', 'implicit', NULL, 'User: arn:aws:sts::111122223333:assumed-role/deploy/ci is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::reports/k1" because no identity-based policy allows the s3:PutObject action', '4cca901d480f722cfc2cf7405e43614982e6074862aa54c704efafa3cc017773', NULL, NULL, NULL, NULL, 'file', 'trail.json.gz', '2026-11-01 00:00:00', true, 3, '{"given":{"aws:SourceIp":"198.51.100.7","aws:userid":"AROAEXAMPLE:ci"},"open":["aws:SecureTransport","aws:SourceIdentity"],"evidence":{"actionFrom":"stated"}}', '2026-04-27', NULL);
INSERT INTO public.denial_w20260427 VALUES ('2026-04-27 10:02:00', '11111111-0000-4000-8000-000000000002', NULL, NULL, 'REQUEST2', '111122223333', '111122223333', 'us-east-1', 's3.amazonaws.com', 'PutObject', 's3', 's3:PutObject', 'arn:aws:iam::111122223333:role/ci/deploy', 'arn:aws:sts::111122223333:assumed-role/deploy/ci', 'assumed-role', 'ci', NULL, 'arn:aws:s3:::reports/k2', 'arn:aws:s3:::reports/*', 'stated', 'AccessDenied', 'identity-policy', 'implicit', NULL, 'User: arn:aws:sts::111122223333:assumed-role/deploy/ci is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::reports/k2" because no identity-based policy allows the s3:PutObject action', 'cdd3fc3868af4ef6e688d6b23021fd5c1db6f272f37de78e4fb3b304d1c2c50a', NULL, NULL, NULL, NULL, 'file', 'trail.json.gz', '2026-11-01 00:00:00', true, 3, '{"given":{"aws:SourceIp":"198.51.100.7","aws:userid":"AROAEXAMPLE:ci"},"open":["aws:SecureTransport","aws:SourceIdentity"],"evidence":{"actionFrom":"stated"}}', '2026-04-27', NULL);
INSERT INTO public.denial_w20260427 VALUES ('2026-04-27 10:03:00', '11111111-0000-4000-8000-000000000003', NULL, NULL, 'REQUEST3', '111122223333', '111122223333', 'us-east-1', 's3.amazonaws.com', 'PutObject', 's3', 's3:PutObject', 'arn:aws:iam::111122223333:role/ci/deploy', 'arn:aws:sts::111122223333:assumed-role/deploy/ci', 'assumed-role', 'ci', NULL, 'arn:aws:s3:::reports/k3', 'arn:aws:s3:::reports/*', 'stated', 'AccessDenied', 'identity-policy', 'implicit', NULL, 'User: arn:aws:sts::111122223333:assumed-role/deploy/ci is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::reports/k3" because no identity-based policy allows the s3:PutObject action', '667a712ecae0d4f47a6b527c0305e1f0c115993b5b9e83ccf848452691ea67b6', NULL, NULL, NULL, NULL, 'file', 'trail.json.gz', '2026-11-01 00:00:00', true, 3, '{"given":{"aws:SourceIp":"198.51.100.7","aws:userid":"AROAEXAMPLE:ci"},"open":["aws:SecureTransport","aws:SourceIdentity"],"evidence":{"actionFrom":"stated"}}', '2026-04-27', NULL);


--
-- Data for Name: dirty_bucket; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.dirty_bucket VALUES ('2026-04-27 10:00:00', 1);


--
-- Data for Name: ingest_object; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: mark; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.mark VALUES ('111122223333', 'arn:aws:iam::111122223333:role/ci/deploy', 's3:PutObject', 'arn:aws:s3:::reports/*', 'accepted', 'known', '2026-05-01 00:00:00');


--
-- Data for Name: outbox; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: quarantine; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.quarantine VALUES ('sha256:00', 'trail.json.gz', 7, 'it is no JSON');


--
-- Data for Name: spike_series; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: store_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.store_version VALUES (1);
INSERT INTO public.store_version VALUES (2);
INSERT INTO public.store_version VALUES (3);


--
-- Name: alert alert_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_pkey PRIMARY KEY (id);


--
-- Name: allowed allowed_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.allowed
    ADD CONSTRAINT allowed_pkey PRIMARY KEY (account, principal_key, action, resource_family);


--
-- Name: denial denial_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.denial
    ADD CONSTRAINT denial_pkey PRIMARY KEY (event_time, event_id);


--
-- Name: denial_other denial_other_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.denial_other
    ADD CONSTRAINT denial_other_pkey PRIMARY KEY (event_time, event_id);


--
-- Name: denial_rollup denial_rollup_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.denial_rollup
    ADD CONSTRAINT denial_rollup_pkey PRIMARY KEY (bucket_start, account, principal_key, action, resource_family);


--
-- Name: denial_w20260427 denial_w20260427_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.denial_w20260427
    ADD CONSTRAINT denial_w20260427_pkey PRIMARY KEY (event_time, event_id);


--
-- Name: dirty_bucket dirty_bucket_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.dirty_bucket
    ADD CONSTRAINT dirty_bucket_pkey PRIMARY KEY (bucket_start);


--
-- Name: ingest_object ingest_object_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ingest_object
    ADD CONSTRAINT ingest_object_pkey PRIMARY KEY (bucket, object_key, object_version);


--
-- Name: mark mark_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mark
    ADD CONSTRAINT mark_pkey PRIMARY KEY (account, principal_key, action, resource_family);


--
-- Name: outbox outbox_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (dedupe_key);


--
-- Name: quarantine quarantine_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (hash, source, "position");


--
-- Name: spike_series spike_series_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.spike_series
    ADD CONSTRAINT spike_series_pkey PRIMARY KEY (family, key);


--
-- Name: denial_event; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX denial_event ON ONLY public.denial USING btree (event_id);


--
-- Name: denial_original; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX denial_original ON ONLY public.denial USING btree (original_event_id) WHERE (original_event_id IS NOT NULL);


--
-- Name: denial_other_event_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX denial_other_event_id_idx ON public.denial_other USING btree (event_id);


--
-- Name: denial_other_original_event_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX denial_other_original_event_id_idx ON public.denial_other USING btree (original_event_id) WHERE (original_event_id IS NOT NULL);


--
-- Name: denial_principal; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX denial_principal ON ONLY public.denial USING btree (principal_key, event_time);


--
-- Name: denial_other_principal_key_event_time_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX denial_other_principal_key_event_time_idx ON public.denial_other USING btree (principal_key, event_time);


--
-- Name: denial_request; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX denial_request ON ONLY public.denial USING btree (request_id) WHERE (request_id IS NOT NULL);


--
-- Name: denial_other_request_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX denial_other_request_id_idx ON public.denial_other USING btree (request_id) WHERE (request_id IS NOT NULL);


--
-- Name: denial_pasted; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX denial_pasted ON ONLY public.denial USING btree (request_id) WHERE (source_kind = 'paste'::text);


--
-- Name: denial_other_request_id_idx1; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX denial_other_request_id_idx1 ON public.denial_other USING btree (request_id) WHERE (source_kind = 'paste'::text);


--
-- Name: denial_shared; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX denial_shared ON ONLY public.denial USING btree (shared_event_id) WHERE (shared_event_id IS NOT NULL);


--
-- Name: denial_other_shared_event_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX denial_other_shared_event_id_idx ON public.denial_other USING btree (shared_event_id) WHERE (shared_event_id IS NOT NULL);


--
-- Name: denial_w20260427_event_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX denial_w20260427_event_id_idx ON public.denial_w20260427 USING btree (event_id);


--
-- Name: denial_w20260427_original_event_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX denial_w20260427_original_event_id_idx ON public.denial_w20260427 USING btree (original_event_id) WHERE (original_event_id IS NOT NULL);


--
-- Name: denial_w20260427_principal_key_event_time_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX denial_w20260427_principal_key_event_time_idx ON public.denial_w20260427 USING btree (principal_key, event_time);


--
-- Name: denial_w20260427_request_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX denial_w20260427_request_id_idx ON public.denial_w20260427 USING btree (request_id) WHERE (request_id IS NOT NULL);


--
-- Name: denial_w20260427_request_id_idx1; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX denial_w20260427_request_id_idx1 ON public.denial_w20260427 USING btree (request_id) WHERE (source_kind = 'paste'::text);


--
-- Name: denial_w20260427_shared_event_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX denial_w20260427_shared_event_id_idx ON public.denial_w20260427 USING btree (shared_event_id) WHERE (shared_event_id IS NOT NULL);


--
-- Name: ingest_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ingest_waiting ON public.ingest_object USING btree (bucket, object_key) WHERE (state = ANY (ARRAY['ready'::text, 'leased'::text]));


--
-- Name: denial_other_event_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.denial_event ATTACH PARTITION public.denial_other_event_id_idx;


--
-- Name: denial_other_original_event_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.denial_original ATTACH PARTITION public.denial_other_original_event_id_idx;


--
-- Name: denial_other_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.denial_pkey ATTACH PARTITION public.denial_other_pkey;


--
-- Name: denial_other_principal_key_event_time_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.denial_principal ATTACH PARTITION public.denial_other_principal_key_event_time_idx;


--
-- Name: denial_other_request_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.denial_request ATTACH PARTITION public.denial_other_request_id_idx;


--
-- Name: denial_other_request_id_idx1; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.denial_pasted ATTACH PARTITION public.denial_other_request_id_idx1;


--
-- Name: denial_other_shared_event_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.denial_shared ATTACH PARTITION public.denial_other_shared_event_id_idx;


--
-- Name: denial_w20260427_event_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.denial_event ATTACH PARTITION public.denial_w20260427_event_id_idx;


--
-- Name: denial_w20260427_original_event_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.denial_original ATTACH PARTITION public.denial_w20260427_original_event_id_idx;


--
-- Name: denial_w20260427_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.denial_pkey ATTACH PARTITION public.denial_w20260427_pkey;


--
-- Name: denial_w20260427_principal_key_event_time_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.denial_principal ATTACH PARTITION public.denial_w20260427_principal_key_event_time_idx;


--
-- Name: denial_w20260427_request_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.denial_request ATTACH PARTITION public.denial_w20260427_request_id_idx;


--
-- Name: denial_w20260427_request_id_idx1; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.denial_pasted ATTACH PARTITION public.denial_w20260427_request_id_idx1;


--
-- Name: denial_w20260427_shared_event_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.denial_shared ATTACH PARTITION public.denial_w20260427_shared_event_id_idx;


--
-- PostgreSQL database dump complete
--


