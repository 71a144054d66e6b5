// SPDX-License-Identifier: Apache-2.0
// What LiteLLM stands on: its proxies and their hosts, for when it is none of its own.
local colours = import 'colours.libsonnet';
local d = import 'dashboard.libsonnet';
local p = import 'panel.libsonnet';
local q = import 'query.libsonnet';

local unwatched = 'no proxy is watched';

{
  row:: d.folded('Around LiteLLM', [
    p.states(
      'Proxy health',
      'What each proxy that is watched says of itself.',
      [p.target(
        q.orNone('%(up)s * (1 + %(database)s * (1 + %(ready)s))' % {
          up: 'min by (proxy) (%s)' % q.own('litellm_up'),
          ready: 'min by (proxy) (%s or 0 * %s)' % [q.own('litellm_ready'), q.own('litellm_up')],
          database: '(min by (proxy) (%s) or 1 + 0 * min by (proxy) (%s))' % [q.own('litellm_proxy_database_connected'), q.own('litellm_up')],
        }, 'proxy', unwatched, q.own('litellm_up')),
        '{{proxy}}'
      )],
      24,
      4,
      p.mappings([
        [0, 'down', colours.bad],
        [1, 'without its database', colours.bad],
        [2, 'not ready', colours.warning],
        [3, 'ready', colours.good],
        [-1, 'not watched', colours.other],
      ]),
      none=unwatched
    ),
    p.lines(
      'Requests in flight',
      'Requests that the proxies are working on (needs the LiteLLM key in the exporter).',
      [p.target(q.sum(q.once(q.own('litellm_proxy_requests_in_flight')), 'proxy'), '{{proxy}}')],
      'short',
      width=8,
      legend='list',
      height=6,
      none='not watched'
    ),
    p.lines(
      'Probes from outside',
      'How long the blackbox exporter waited for each proxy, by kind of probe.',
      [p.target('max by (job, instance) (%s)' % q.foreign('probe_duration_seconds', 'job=~".*litellm-blackbox.*"'), '{{job}} {{instance}}')],
      's',
      width=8,
      legend='list',
      height=6,
      none='no probes'
    ),
    p.lines(
      'Proxy workers',
      "Live workers of LiteLLM's proxies on each host, as its v1.99 and newer tell.",
      [p.target(q.sum(q.once(q.own('litellm_proxy_workers')), 'host'), '{{host}}')],
      'short',
      width=8,
      height=6,
      legend='list',
      none='none known'
    ),
    p.stat(
      'MCP servers',
      "MCP servers in LiteLLM's database by approval status; those of its configuration file are not there.",
      [p.instant('%s > 0' % q.sum(q.once(q.own('litellm_mcp_servers')), 'approval_status'), '{{approval_status}}')],
      'short',
      6,
      6,
      text='value_and_name',
      none='none'
    ),
    p.lines(
      'CPU of the hosts',
      'Share of the processors of each host that is busy.',
      [p.target('1 - avg by (instance) (rate(%s[$__rate_interval]))' % q.foreign('node_cpu_seconds_total', 'mode="idle"'), '{{instance}}')],
      'percentunit',
      width=6,
      height=6,
      legend='list',
      max=1,
      none='no node exporter'
    ),
    p.lines(
      'Memory of the hosts',
      'Share of the memory of each host that is used.',
      [p.target('1 - %s / %s' % [q.foreign('node_memory_MemAvailable_bytes'), q.foreign('node_memory_MemTotal_bytes')], '{{instance}}')],
      'percentunit',
      width=6,
      height=6,
      legend='list',
      max=1,
      none='no node exporter'
    ),
    p.lines(
      'Disks of the hosts',
      'Share of each file system that is used.',
      [p.target('max by (instance, device) (1 - %s / (%s > 0))' % [
        q.foreign('node_filesystem_avail_bytes', 'fstype!~"tmpfs|ramfs|overlay|squashfs"'),
        q.foreign('node_filesystem_size_bytes'),
      ], '{{instance}} {{device}}')],
      'percentunit',
      width=6,
      height=6,
      legend='list',
      max=1,
      none='no node exporter'
    ),
  ]),
}
