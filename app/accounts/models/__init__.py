"""Accounts and all that stands beside them, by noun."""

from app.accounts.models.about import AccountContact, AccountDetail, AccountStep
from app.accounts.models.accounts import Account, AccountShare, Credential
from app.accounts.models.care import AccountDrill, AccountNorms, AccountRetirement, AccountReview, RetirementTick
from app.accounts.models.connecting import AccountWarning, ConnectionCheck, OAuthApp, OAuthAttempt, OAuthGrant
from app.accounts.models.proofs import AccountProof, LookAlike
from app.accounts.models.requests import AccountRequest, AccountTrial
from app.accounts.models.tools import Tool

__all__ = [
    "Account",
    "AccountContact",
    "AccountDetail",
    "AccountDrill",
    "AccountNorms",
    "AccountProof",
    "AccountRequest",
    "AccountRetirement",
    "AccountReview",
    "AccountShare",
    "AccountStep",
    "AccountTrial",
    "AccountWarning",
    "ConnectionCheck",
    "Credential",
    "LookAlike",
    "OAuthApp",
    "OAuthAttempt",
    "OAuthGrant",
    "RetirementTick",
    "Tool",
]
