-- Each process says what carries its signals: those that use different carriers do not hear each other, and nothing else would tell.
ALTER TABLE nodes ADD COLUMN signals text CHECK (signals IN ('postgresql', 'redis'));
COMMENT ON COLUMN nodes.signals IS 'What carries signals between processes. Null: not told, by a version that did not.';
GRANT UPDATE (signals) ON nodes TO autodevops_app;
