// SPDX-License-Identifier: Apache-2.0
'use strict';
// What both stand-ins need: the database's address, from the schema and the environment, and how PostgreSQL's text forms
// become the values that Prisma's driver adapters hand over.

const os = require('node:os');

const { parse: parseArray } = require('postgres-array');

function databaseUrl(schema, env) {
  const block = /^[ \t]*datasource[ \t]+(\w+)[ \t]*\{([\s\S]*?)^[ \t]*\}/m.exec(schema);
  if (!block) throw new Error('the schema has no datasource');
  const overrides = env.OVERWRITE_DATASOURCES ? JSON.parse(env.OVERWRITE_DATASOURCES) : [];
  const override = overrides.find((datasource) => datasource.name === block[1]);
  if (override) return override.url;
  const url = /^[ \t]*url[ \t]*=[ \t]*(?:env\([ \t]*"([^"]+)"[ \t]*\)|"([^"]*)")/m.exec(block[2]);
  if (!url) throw new Error('the datasource has no url');
  if (url[2] !== undefined) return url[2];
  if (!env[url[1]]) throw new Error(`Environment variable not found: ${url[1]}.`);
  return env[url[1]];
}

// Prisma's connection string is a superset of libpq's: the pool lives in the query part.
function poolSettings(text) {
  const url = new URL(text);
  const query = url.searchParams;
  const seconds = (name, fallback) => (query.has(name) ? Number(query.get(name)) : fallback) * 1000;
  const socket = query.get('host')?.startsWith('/') ? query.get('host') : undefined;
  const mode = query.get('sslmode') ?? 'disable';
  return {
    schema: query.get('schema') ?? 'public',
    searchPath: query.get('schema') ?? undefined,
    client: {
      host: socket ?? (decodeURIComponent(url.hostname) || 'localhost'),
      port: Number(url.port || 5432),
      user: decodeURIComponent(url.username) || undefined,
      password: url.password ? decodeURIComponent(url.password) : undefined,
      database: decodeURIComponent(url.pathname.slice(1)) || undefined,
      application_name: query.get('application_name') ?? undefined,
      options: query.get('options') ?? undefined,
      ssl: mode === 'require' || query.get('sslaccept') ? { rejectUnauthorized: query.get('sslaccept') === 'strict' } : false,
      query_timeout: query.has('socket_timeout') ? seconds('socket_timeout') : undefined,
      max: Number(query.get('connection_limit') ?? os.cpus().length * 2 + 1),
      connectionTimeoutMillis: seconds('pool_timeout', 10) || undefined,
      idleTimeoutMillis: 300_000,
      keepAlive: true,
    },
  };
}

// Column type numbers of Prisma's driver adapter interface, 5.x.
const COLUMN = {
  Int32: 0, Int64: 1, Float: 2, Double: 3, Numeric: 4, Boolean: 5, Character: 6, Text: 7, Date: 8, Time: 9, DateTime: 10,
  Json: 11, Enum: 12, Bytes: 13, Set: 14, Uuid: 15,
};
const ARRAY = 64; // an array type's number is its element's plus this

// PostgreSQL type number -> [column type, its array's number, conversion of the text form]
const asIs = (text) => text;
const bytes = (text) => [...Buffer.from(text.slice(2), 'hex')];
const SCALARS = {
  16: ['Boolean', 1000, (text) => text === 't'],
  17: ['Bytes', 1001, bytes],
  18: ['Character', 1002, asIs],
  19: ['Text', 1003, asIs],
  20: ['Int64', 1016, asIs],
  21: ['Int32', 1005, Number],
  23: ['Int32', 1007, Number],
  25: ['Text', 1009, asIs],
  26: ['Int64', 1028, asIs],
  28: ['Text', 1011, asIs], // xid
  114: ['Json', 199, asIs],
  142: ['Text', 143, asIs],
  650: ['Text', 651, asIs],
  700: ['Float', 1021, Number],
  701: ['Double', 1022, Number],
  790: ['Numeric', 791, (text) => text.replace(/[^0-9.-]/g, '')],
  869: ['Text', 1041, asIs],
  1042: ['Text', 1014, asIs],
  1043: ['Text', 1015, asIs],
  1082: ['Date', 1182, asIs],
  1083: ['Time', 1183, asIs],
  1114: ['DateTime', 1115, asIs],
  1184: ['DateTime', 1185, utcTimestamp],
  1186: ['Text', 1187, asIs], // interval
  1266: ['Time', 1270, (text) => text.replace(/[+-][0-9:]+$/, '')],
  1560: ['Text', 1561, asIs],
  1562: ['Text', 1563, asIs],
  1700: ['Numeric', 1231, asIs],
  2205: ['Text', 2210, asIs], // regclass
  2206: ['Text', 2211, asIs], // regtype
  2950: ['Uuid', 2951, asIs],
  3220: ['Text', 3221, asIs], // pg_lsn
  3802: ['Json', 3807, asIs],
  5069: ['Text', 271, asIs], // xid8
};
const TYPES = new Map();
for (const [number, [name, array, convert]] of Object.entries(SCALARS)) {
  TYPES.set(Number(number), { column: COLUMN[name], convert });
  TYPES.set(array, { column: COLUMN[name] + ARRAY, convert: arrayOf(convert) });
}
const UNSUPPORTED = new Map([[2278, 'void'], [2249, 'record'], [600, 'point'], [603, 'box'], [2287, '_record']]);
function arrayOf(convert) {
  return (text) => parseArray(text, (element) => (element === null ? null : convert(element)));
}

// "2026-11-23 05:24:23.70027-05" -> "2026-11-23 10:24:23.70027", whatever TimeZone the session has
function utcTimestamp(text) {
  const part = /^(\d+-\d+-\d+) (\d+:\d+:\d+)(\.\d+)?([+-])(\d+)(?::(\d+))?(?::(\d+))?$/.exec(text);
  if (!part) return text;
  const [, date, time, fraction = '', sign, hours, minutes = 0, seconds = 0] = part;
  const offset = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * (sign === '-' ? -1000 : 1000);
  return new Date(Date.parse(`${date}T${time}Z`) - offset).toISOString().slice(0, 19).replace('T', ' ') + fraction;
}

function otherType(number) {
  if (UNSUPPORTED.has(number)) return { unsupported: UNSUPPORTED.get(number) };
  return { column: COLUMN.Text, convert: asIs };
}

const RAW_TEXT = { getTypeParser: () => asIs };

// pg's result, read with rowMode 'array' and RAW_TEXT, in the form that Prisma's driver adapters return
function resultTable(result) {
  const columns = result.fields.map((field) => TYPES.get(field.dataTypeID) ?? otherType(field.dataTypeID));
  const unsupported = columns.find((column) => column.unsupported)?.unsupported;
  if (unsupported) return { unsupported };
  for (const row of result.rows) {
    for (let i = 0; i < row.length; ++i) if (row[i] !== null) row[i] = columns[i].convert(row[i]);
  }
  return {
    columnNames: result.fields.map((field) => field.name),
    columnTypes: columns.map((column) => column.column),
    rows: result.rows,
  };
}

module.exports = { databaseUrl, poolSettings, RAW_TEXT, resultTable };
