import { isObject, type JsonObject } from '#snapshot/fields.ts'

/** A statement in a form in which two that mean the same are the same text. */
export interface StatementForm {
  readonly effect: string
  /** `AWS arn`, `Service name`, `Federated arn`, `*`; `not ` before them for NotPrincipal. */
  readonly principals: readonly string[]
  /** In lower case; `not ` before them for NotAction. */
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly conditions: readonly ConditionForm[]
  /** Where it stands; no part of the form. */
  readonly index: number
  readonly sid: string | undefined
}

export interface ConditionForm {
  /** In lower case: condition keys and operators are compared without it. */
  readonly key: string
  readonly operator: string
  readonly values: readonly string[]
}

/** Replaces what is allowed to differ from role to role: the account, the name, what the pattern left open. */
export type Neutral = (text: string) => string

/** The statements of a policy document; undefined where it cannot be read. */
export function formsOf(document: unknown, neutral: Neutral): readonly StatementForm[] | undefined {
  if (!isObject(document)) return undefined
  const listed = document['Statement']
  const statements: readonly unknown[] = Array.isArray(listed) ? listed : [listed]
  const forms = statements.map((statement, index) =>
    isObject(statement) ? formOf(statement, index, neutral) : undefined,
  )
  return forms.every((form) => form !== undefined) ? forms : undefined
}

function formOf(statement: JsonObject, index: number, neutral: Neutral): StatementForm {
  const texts = (name: string): readonly string[] => listOf(statement[name]).map(neutral)
  const sid = statement['Sid']
  return {
    effect: String(statement['Effect']),
    principals: sorted([
      ...principalsOf(statement['Principal'], neutral),
      ...principalsOf(statement['NotPrincipal'], neutral).map((one) => `not ${one}`),
    ]),
    actions: sorted([
      ...texts('Action').map((one) => one.toLowerCase()),
      ...texts('NotAction').map((one) => `not ${one.toLowerCase()}`),
    ]),
    resources: sorted([...texts('Resource'), ...texts('NotResource').map((one) => `not ${one}`)]),
    conditions: conditionsOf(statement['Condition'], neutral),
    index,
    sid: typeof sid === 'string' ? sid : undefined,
  }
}

const sorted = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort()

const listOf = (value: unknown): readonly string[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).map((one) => textOf(one))

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** An account is the same as its root (R-PM-03). */
function principalsOf(value: unknown, neutral: Neutral): readonly string[] {
  if (value === '*') return ['*']
  if (!isObject(value)) return value === undefined ? [] : [textOf(value)]
  return Object.entries(value).flatMap(([type, named]) =>
    listOf(named).map((one) => {
      if (type === 'AWS' && one === '*') return '*'
      const account = /^\d{12}$/.test(one) ? `arn:aws:iam::${one}:root` : one
      return `${type} ${neutral(account)}`
    }),
  )
}

function conditionsOf(value: unknown, neutral: Neutral): readonly ConditionForm[] {
  if (!isObject(value)) return []
  const all = Object.entries(value).flatMap(([operator, lines]) =>
    Object.entries(isObject(lines) ? lines : {}).map(
      ([key, wanted]): ConditionForm => ({
        key: key.toLowerCase(),
        operator: operator.toLowerCase(),
        values: sorted(listOf(wanted).map(neutral)),
      }),
    ),
  )
  return all.sort((a, b) => (lineText(a) < lineText(b) ? -1 : 1))
}

export const lineText = ({ key, operator, values }: ConditionForm): string => `${operator} ${key} ${values.join(', ')}`

/** The form as one text, by which two are compared. */
export const formText = ({ effect, principals, actions, resources, conditions }: StatementForm): string =>
  JSON.stringify([effect, principals, actions, resources, conditions])
