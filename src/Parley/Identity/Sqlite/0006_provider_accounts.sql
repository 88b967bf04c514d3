-- Accounts of a sign-in provider that are joined to one of ours. The provider's name for somebody is issuer and subject;
-- addresses change hands, these do not.
CREATE TABLE provider_accounts (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) WITHOUT ROWID;
CREATE UNIQUE INDEX provider_account_of_user ON provider_accounts (user_id, issuer);
