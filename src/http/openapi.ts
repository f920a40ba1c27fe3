import type { z } from 'zod'
import { NoDenial } from '#schemas/diagnosis.ts'
import { type JsonSchema, jsonSchemaOf, NAMED, namedJsonSchemas } from '#schemas/named.ts'
import { LINES } from './answer-lines.ts'
import { type Route, TAGS } from './route.ts'

const DESCRIPTION = `Explains an AWS AccessDenied. The objects are those of the command line (docs/json.md): within \`schemaVersion\` 1 fields are
added, none is renamed or dropped.

**Limits.** A body is at most 8 MB (413). A question may take 20 seconds (\`--timeout\`) and 1 GB of memory; two run at once
(\`--threads\`) and 64 more wait, then it is 503 with \`Retry-After\`. Headers come within 10 seconds and a request within 30; there are at
most 256 connections, 16 of them streams. There is no CORS: pages of other origins get nothing.

**Faults** are \`{"error": {"code", "message", "hint"}}\`; the codes are in docs/messages.md.`

const FAULTS: Readonly<Record<number, string>> = {
  400: 'The body or a parameter is malformed',
  401: 'The token is missing or is another',
  403: 'The service is asked under another name, or by a page of another origin',
  404: 'There is no such thing',
  405: 'The path takes another method; `Allow` names it',
  413: 'The body is too large',
  422: 'Nothing in it is a denial; `result` says what it is',
  503: 'Too much is asked for at once, or no answer was found in time; `Retry-After` says when to ask again',
}

const OTHERS: Readonly<Record<number, string>> = {
  202: 'The answer is being made; `Retry-After` says when to ask again',
  304: 'What the caller has is what it would get',
}

/** The description of the service, OpenAPI 3.1, made of its routes and their schemas. */
export function openApi(routes: readonly Route[], version: string): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'denytrace',
      version,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The service that tells this' }],
    security: [{}, { token: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'Where started with --token-file' } },
      schemas: namedJsonSchemas(),
    },
  }
}

function operation(route: Route): JsonSchema {
  const { summary, description, tag, operationId, takes, takesText, open } = route
  const parameters = parametersOf(route)
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(takes === undefined ? {} : { requestBody: { required: true, content: bodyOf(takes, takesText) } }),
    responses: responsesOf(route),
    ...(open === true ? { security: [] } : {}),
  }
}

function parametersOf({ path, parts = {}, query = {} }: Route): readonly JsonSchema[] {
  const inPath = [...path.matchAll(/\{(\w{1,40})\}/g)].map(([, name = '']) => ({
    ...parameter(name, parts[name]),
    in: 'path',
    required: true,
  }))
  const inQuery = Object.entries(query).map(([name, schema]) => ({ ...parameter(name, schema), in: 'query' }))
  return [...inPath, ...inQuery]
}

function parameter(name: string, of: z.ZodType | undefined): JsonSchema {
  const { description, examples, ...schema } = of === undefined ? { type: 'string' } : parameterSchema(of)
  const [example] = Array.isArray(examples) ? (examples as readonly unknown[]) : []
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(example === undefined ? {} : { example }),
    schema,
  }
}

/** A parameter that stands for a named schema is described by it. */
function parameterSchema(of: z.ZodType): JsonSchema {
  const schema = jsonSchemaOf(of)
  return { description: of.description, ...schema }
}

const bodyOf = (takes: z.ZodType, takesText: z.ZodType | undefined): JsonSchema => ({
  'application/json': { schema: jsonSchemaOf(takes) },
  ...(takesText === undefined ? {} : { 'text/plain': { schema: jsonSchemaOf(takesText) } }),
})

function responsesOf({ gives, lines, also = {}, open, faults = [] }: Route): JsonSchema {
  const refused = [...(open === true ? [] : [401]), 403, ...faults]
  return {
    200: {
      description: 'The answer',
      content: {
        ...contentOf(gives),
        ...(lines === undefined ? {} : { [LINES]: { schema: jsonSchemaOf(lines) } }),
      },
    },
    ...Object.fromEntries(
      Object.entries(also).map(([status, schema]) => [
        status,
        {
          description: OTHERS[Number(status)] ?? 'The answer',
          ...(Number(status) === 304 ? {} : { content: contentOf(schema) }),
        },
      ]),
    ),
    ...Object.fromEntries(refused.map((status) => [status, faultOf(status)])),
  }
}

const contentOf = (gives: z.ZodType | string): Readonly<Record<string, JsonSchema>> =>
  typeof gives === 'string'
    ? { [gives]: { schema: { type: 'string' } } }
    : { 'application/json': { schema: jsonSchemaOf(gives) } }

const faultOf = (status: number): JsonSchema => ({
  description: FAULTS[status] ?? 'A fault',
  content: { 'application/json': { schema: jsonSchemaOf(status === 422 ? NoDenial : (NAMED['Error'] ?? NoDenial)) } },
})
