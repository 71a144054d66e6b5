# SPDX-License-Identifier: Apache-2.0
"""A private stack on loopback: PostgreSQL with LiteLLM's tables, traffic, the exporter, Prometheus.

The quick start runs it for people to look at; the integration tests import the same modules.
"""
