//! A simulated identity provider for tests.
