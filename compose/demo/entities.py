# SPDX-License-Identifier: Apache-2.0
"""The keys, teams, users, tags and budgets that exist before any traffic."""

import json

from psycopg2.extras import execute_values

from .catalogue import AGENTS, KEYS, MODELS, TAGS, TEAM_BY_ALIAS, TEAMS

_ADMIN = "default_user_id"
_LATER = "CURRENT_TIMESTAMP + interval %s"


def fill(connection):
    """Adds what is missing; what exists already is left as it is."""
    with connection.cursor() as cursor:
        _budgets(cursor)
        _teams_and_users(cursor)
        _projects_and_agents(cursor)
        _keys(cursor)
        _tags_and_models(cursor)


def _insert(cursor, table, columns, rows, template=None):
    names = ", ".join(f'"{column}"' for column in columns)
    execute_values(cursor, f'INSERT INTO "{table}" ({names}) VALUES %s ON CONFLICT DO NOTHING', rows, template)


def _budgets(cursor):
    _insert(cursor, "LiteLLM_BudgetTable",
            ("budget_id", "max_budget", "soft_budget", "created_by", "updated_by", "budget_duration",
             "budget_reset_at"),
            [("organization-monthly", 500.0, 400.0, _ADMIN, _ADMIN, "30d", "20 days"),
             ("tag-daily", 5.0, None, _ADMIN, _ADMIN, "1d", "10 hours"),
             ("member-weekly", 10.0, None, _ADMIN, _ADMIN, "7d", "4 days")],
            f"(%s, %s, %s, %s, %s, %s, {_LATER})")


def _teams_and_users(cursor):
    organizations = sorted({team.organization for team in TEAMS if team.organization})
    _insert(cursor, "LiteLLM_OrganizationTable",
            ("organization_id", "organization_alias", "budget_id", "created_by", "updated_by"),
            [(name, name, "organization-monthly", _ADMIN, _ADMIN) for name in organizations])
    _insert(cursor, "LiteLLM_TeamTable",
            ("team_id", "team_alias", "organization_id", "max_budget", "soft_budget", "rpm_limit",
             "budget_duration", "budget_reset_at"),
            [(team.id, team.alias, team.organization or None, team.max_budget, team.soft_budget, 6000,
              "30d", "12 days") for team in TEAMS],
            f"(%s, %s, %s, %s, %s, %s, %s, {_LATER})")
    users = sorted({key.user for key in KEYS if key.user})
    _insert(cursor, "LiteLLM_UserTable", ("user_id", "user_role", "max_budget"),
            [(user, "internal_user", 50.0) for user in users])
    _insert(cursor, "LiteLLM_TeamMembership", ("user_id", "team_id", "budget_id"),
            sorted({(key.user, key.team_id, "member-weekly") for key in KEYS if key.user and key.team}))


def _projects_and_agents(cursor):
    projects = sorted({(team.project_id, team.project) for team in TEAMS if team.project})
    _insert(cursor, "LiteLLM_ProjectTable", ("project_id", "project_alias", "created_by", "updated_by"),
            [(*project, _ADMIN, _ADMIN) for project in projects])
    _insert(cursor, "LiteLLM_AgentsTable", ("agent_id", "agent_name", "agent_card_params", "created_by", "updated_by"),
            [(agent, agent, "{}", _ADMIN, _ADMIN) for agent in AGENTS])


def _keys(cursor):
    _insert(cursor, "LiteLLM_VerificationToken",
            ("token", "key_name", "key_alias", "team_id", "project_id", "user_id", "max_budget", "tpm_limit", "expires"),
            [(key.token, "sk-...demo", key.alias, key.team_id or None, key.team and TEAM_BY_ALIAS[key.team].project_id,
              key.user or None, key.max_budget, 200000, "25 days") for key in KEYS],
            f"(%s, %s, %s, %s, %s, %s, %s, %s, {_LATER})")
    _insert(cursor, "LiteLLM_VerificationToken", ("token", "key_name", "key_alias", "blocked"),
            [("b" * 64, "sk-...demo", "retired", True)])


def _tags_and_models(cursor):
    _insert(cursor, "LiteLLM_TagTable", ("tag_name", "budget_id"), [(tag, "tag-daily") for tag in TAGS])
    _insert(cursor, "LiteLLM_ProxyModelTable",
            ("model_id", "model_name", "litellm_params", "created_by", "updated_by"),
            [(model.group, model.group, json.dumps({"model": model.deployment}), _ADMIN, _ADMIN)
             for model in MODELS])
