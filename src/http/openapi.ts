import type { Route } from './route.ts'
import { BODY_SCHEMAS } from './schemas/bodies.ts'
import { DECISION_SCHEMAS } from './schemas/decision.ts'
import { DENIAL_SCHEMAS } from './schemas/denial.ts'
import { DIAGNOSIS_SCHEMAS } from './schemas/diagnosis.ts'
import { ref, type Schema } from './schemas/schema.ts'

export const SCHEMAS: Readonly<Record<string, Schema>> = {
  ...BODY_SCHEMAS,
  ...DENIAL_SCHEMAS,
  ...DECISION_SCHEMAS,
  ...DIAGNOSIS_SCHEMAS,
}

const FAULTS: Readonly<Record<number, string>> = {
  400: 'The body or a parameter is malformed',
  401: 'The token is missing or is another',
  404: 'There is no such thing',
  413: 'The body is too large',
  422: 'Nothing in it is a denial',
  503: 'Too much is asked for at once, or no answer was found in time',
}

/** The description of the service, OpenAPI 3.1, made of its routes. */
export function openApi(routes: readonly Route[], version: string): Schema {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'denytrace',
      version,
      description: 'Explains an AWS AccessDenied. The objects are those of the command line (docs/json.md).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{}, { token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'Where started with --token-file' } },
      schemas: SCHEMAS,
    },
  }
}

function operation({ summary, path, query, takes, gives, faults, open }: Route): Schema {
  const inPath = [...path.matchAll(/\{(\w{1,40})\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const inQuery = Object.entries(query ?? {}).map(([name, { schema, help }]) => ({
    name,
    in: 'query',
    description: help,
    schema,
  }))
  const parameters = [...inPath, ...inQuery]
  const type = typeof gives === 'string' ? gives : 'application/json'
  const content = { [type]: typeof gives === 'string' ? {} : { schema: gives } }
  return {
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(takes === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: takes } } } }),
    responses: {
      200: { description: 'The answer', content },
      ...Object.fromEntries(
        [...(open === true ? [] : [401]), ...(faults ?? [])].map((status) => [status, faultOf(status)]),
      ),
    },
    ...(open === true ? { security: [] } : {}),
  }
}

const faultOf = (status: number): Schema => ({
  description: FAULTS[status] ?? 'A fault',
  content: { 'application/json': { schema: ref('Error') } },
})
