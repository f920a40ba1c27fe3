import { z } from 'zod'
import * as bodies from './bodies.ts'
import * as decision from './decision.ts'
import { Denial, OuterCall, Reported } from './denial.ts'
import { is } from './described.ts'
import { AnswerLine, Cause, Diagnoses, Diagnosis, NoDenial, TimelineEntry } from './diagnosis.ts'
import * as fix from './fix.ts'
import { Layer, Policy, Request, Scenario } from './scenario.ts'
import * as stored from './stored.ts'

/** What every fault is told in. */
const ErrorBody = is(z.object({ error: decision.Fault }), 'A fault, in the form of every error (docs/messages.md)')

/** Schemas that have a name of their own in `openapi.json`. */
export const NAMED: Readonly<Record<string, z.ZodType>> = {
  DiagnoseBody: bodies.DiagnoseBody,
  EvaluateBody: bodies.EvaluateBody,
  CompareBody: bodies.CompareBody,
  WhoCanBody: bodies.WhoCanBody,
  WhatCanBody: bodies.WhatCanBody,
  SuggestBody: bodies.SuggestBody,
  Suggestions: bodies.Suggestions,
  Layer,
  Policy,
  Request,
  Scenario,
  Denial,
  Reported,
  OuterCall,
  Decision: decision.Decision,
  LayerVerdict: decision.LayerVerdict,
  StatementVerdict: decision.StatementVerdict,
  StatementRef: decision.StatementRef,
  FailedElement: decision.FailedElement,
  MetCondition: decision.MetCondition,
  Assumption: decision.Assumption,
  MissingFact: decision.MissingFact,
  Requirement: decision.Requirement,
  Finding: decision.Finding,
  Step: decision.Step,
  FileRead: decision.FileRead,
  Diagnosis,
  Diagnoses,
  NoDenial,
  AnswerLine,
  Cause,
  TimelineEntry,
  Unseen: fix.Unseen,
  Fix: fix.Fix,
  Change: fix.Change,
  Proof: fix.Proof,
  AccessSet: fix.AccessSet,
  Comparison: fix.Comparison,
  WhoCan: fix.WhoCan,
  WhatCan: fix.WhatCan,
  Groups: stored.Groups,
  Denials: stored.Denials,
  ListedDenial: stored.ListedDenial,
  Overview: stored.Overview,
  Spike: stored.Spike,
  Series: stored.Series,
  Spikes: stored.Spikes,
  Snapshots: stored.Snapshots,
  Health: stored.Health,
  Computing: stored.Computing,
  Error: ErrorBody,
}

/** A JSON Schema of the dialect that OpenAPI 3.1 has, 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>

const placeOf = (name: string): string => `#/components/schemas/${name}`

const registry = z.registry<{ id: string }>()
const names = new Map<z.ZodType, string>()
for (const [id, schema] of Object.entries(NAMED)) {
  registry.add(schema, { id })
  names.set(schema, id)
}

/** All named schemas, as they stand below `components` of `openapi.json`. */
export function namedJsonSchemas(): Readonly<Record<string, JsonSchema>> {
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: placeOf })
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, plain(schema) as JsonSchema]))
}

/** A schema as `openapi.json` has it: by its name where it has one. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const name = names.get(schema)
  if (name !== undefined) return { $ref: placeOf(name) }
  return plain(z.toJSONSchema(schema, { io: 'input' })) as JsonSchema
}

/** Without what says nothing here: the dialect, an id for each, that keys of objects are texts. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key, inner]) => !isNoise(key, inner))
  return Object.fromEntries(entries.map(([key, inner]) => [key, key === 'examples' ? inner : plain(inner)]))
}

const isNoise = (key: string, value: unknown): boolean =>
  key === '$schema' ||
  (key === '$id' && typeof value === 'string') ||
  (key === 'propertyNames' && JSON.stringify(value) === '{"type":"string"}') ||
  (key === 'maximum' && value === Number.MAX_SAFE_INTEGER)
