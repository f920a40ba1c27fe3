import type { z } from 'zod'
import type { Question } from '#app/answer-question.ts'
import { CompareBody, DiagnoseBody, EvaluateBody, SuggestBody, WhatCanBody, WhoCanBody } from '#schemas/bodies.ts'
import { nameOf, TYPES } from '#schemas/form-problems.ts'
import { UserError } from '../errors.ts'

const BODIES: Readonly<Partial<Record<Question, z.ZodType>>> = {
  diagnose: DiagnoseBody,
  evaluate: EvaluateBody,
  compare: CompareBody,
  'who-can': WhoCanBody,
  'what-can': WhatCanBody,
  suggest: SuggestBody,
}

/**
 * Fields that are read further: their readers take AWS's spellings, too, and say more of what is wrong than their schema, which shows
 * the form.
 */
const READ_FURTHER = ['scenario', 'request', 'old', 'new', 'record', 'records', 'sessionPolicies', 'context', 'kind']

/**
 * Holds a body against its schema, as far as nothing else reads it.
 *
 * @throws UserError `batch/missing-field`
 */
export function checkBody(question: Question, body: unknown): void {
  const issues = BODIES[question]?.safeParse(body).error?.issues ?? []
  const issue = issues.find(({ path }) => path.length === 0 || isMissing(path, body) || !isReadFurther(path))
  if (issue === undefined) return
  const { path, message } = issue
  const hint = `\`/docs\` and \`/openapi.json\` show the body of this path`
  if (path.length === 0) throw new UserError('batch/missing-field', `the body ${message}`, hint)
  if (isMissing(path, body)) throw new UserError('batch/missing-field', `the body has no ${nameOf(path)}`, hint)
  throw new UserError('batch/missing-field', `${nameOf(path)} is ${wrongIn(issue)}`, hint)
}

const isReadFurther = ([field]: readonly PropertyKey[]): boolean => READ_FURTHER.includes(String(field))

const isMissing = ([field, ...more]: readonly PropertyKey[], body: unknown): boolean =>
  more.length === 0 && !(typeof body === 'object' && body !== null && Object.hasOwn(body, field ?? ''))

function wrongIn(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `none of ${issue.values.map((value) => `\`${String(value)}\``).join(', ')}`
  if (issue.code === 'too_big') return `longer than ${String(issue.maximum)}`
  return `not ${issue.code === 'invalid_type' ? (TYPES[issue.expected] ?? 'of that form') : 'of that form'}`
}
