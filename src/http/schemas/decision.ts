import { GUARDS } from '#iam/layers.ts'
import {
  anything,
  count,
  anyOf,
  type Fields,
  fields,
  flag,
  list,
  map,
  oneOf,
  orNull,
  ref,
  text,
  version,
} from './schema.ts'

const truth = { enum: [true, false, 'unknown'] }
const effect = oneOf('allowed', 'denied', 'undetermined')
const state = oneOf('absent', 'unknown')

/** docs/json.md, "Decision". */
export const DECISION_SCHEMAS: Fields = {
  Decision: fields(
    {
      schemaVersion: version,
      decision: effect,
      denyType: orNull(oneOf('explicit', 'implicit')),
      blockedBy: list(ref('Layer')),
      likelyReported: orNull(ref('Layer')),
      normalized: list(fields({ field: text, from: text, to: text, rule: text })),
      layers: list(ref('LayerVerdict')),
      missing: list(ref('MissingFact')),
      assumptions: list(ref('Assumption')),
      outcomes: list(fields({ when: map(anything), decision: effect })),
      requirement: ref('Requirement'),
      lint: list(
        fields({
          id: text,
          severity: oneOf('error', 'warning', 'security', 'suggestion'),
          policy: text,
          pointer: text,
          message: text,
        }),
      ),
    },
    {
      parts: list(fields({ resource: orNull(text), decision: ref('Decision') }, { action: text })),
      steps: list(ref('Step')),
      readings: map(anything),
      files: list(ref('FileRead')),
    },
  ),
  LayerVerdict: fields(
    {
      layer: ref('Layer'),
      verdict: oneOf('allow', 'explicit-deny', 'implicit-deny', 'not-applicable', 'unknown'),
      counted: flag,
      statements: list(ref('StatementVerdict')),
    },
    {
      where: text,
      kind: text,
      guard: oneOf(...Object.keys(GUARDS)),
      reason: text,
      errorCode: text,
    },
  ),
  StatementVerdict: fields(
    {
      policy: text,
      index: count,
      pointer: text,
      effect: oneOf('Allow', 'Deny'),
      matches: truth,
      failedOn: list(ref('FailedElement')),
    },
    {
      policyArn: text,
      sid: text,
      file: text,
      line: count,
      metBy: list(fields({ key: text, operator: text, expected: anything, actual: anything }, { state })),
    },
  ),
  FailedElement: fields(
    {
      element: oneOf('Action', 'NotAction', 'Resource', 'NotResource', 'Principal', 'NotPrincipal', 'Condition'),
      expected: anything,
      actual: anything,
    },
    { key: text, operator: text, state, hint: text },
  ),
  Assumption: fields({ fact: text, value: text, from: text, ifWrong: text }),
  MissingFact: fields({
    fact: text,
    kind: oneOf('context-key', 'policy', 'attribute', 'principal', 'account'),
    layer: ref('Layer'),
    wouldAllowIf: orNull(text),
    bearsOn: oneOf('decision', 'fix'),
    howToGet: text,
  }),
  Requirement: anyOf(
    fields({ all: list(ref('Requirement')) }),
    fields({ any: list(ref('Requirement')) }),
    fields(
      {
        layer: ref('Layer'),
        needs: oneOf('no-explicit-deny', 'allow', 'allow-naming-principal', 'allow-naming-session', 'allow-to-account'),
        satisfied: truth,
      },
      { where: text, kind: text },
    ),
  ),
  Step: fields(
    { relation: oneOf('denied', 'next', 'before'), request: ref('Request'), why: text, decision: ref('Decision') },
    { rule: text, observed: text },
  ),
}
