import { actionMatches, readActionPattern } from '#iam/action.ts'
import { readCondition } from '#iam/condition/condition.ts'
import { type Question, actionTruth, conditionTruth, resourceTruth } from '#iam/statement.ts'
import { readPolicyDocument, type Statement } from '#iam/policy.ts'
import { type Glob, compileGlob, globMatches } from '#iam/glob.ts'
import type { ResourcePattern } from '#iam/resource.ts'
import { and, andAll, not, orAll, type Truth } from '#iam/truth.ts'
import type { Request } from '#iam/request.ts'
import type { AccessSet } from '#space/access-set.ts'
import type { ActionClass } from '#space/known-actions.ts'
import type { Entry } from './document-set.ts'
import { lineText } from '#space/statement-text.ts'

/** A set read once, to be asked of many requests. */
interface ReadSet {
  readonly principals: readonly Glob[]
  readonly statements: readonly Statement[]
  readonly except: readonly ReadSet[]
}

/** Whether a request lies in one of the sets. Conditions are those of a policy of Version 2012-10-17. */
export function intentOf(sets: readonly AccessSet[]): (question: Question, request: Request) => Truth {
  const read = sets.map(readSet)
  return (question, request) => orAll(read.map((set) => isIn(set, question, request)))
}

function readSet({ principals, actions, resources, conditions, except = [] }: AccessSet): ReadSet {
  // Each block is a statement of its own, since two blocks may ask the same operator of the same key.
  const blocks = conditions.length === 0 ? [{}] : conditions
  const document = {
    Version: VERSION,
    Statement: blocks.map((Condition) => ({ Effect: 'Allow', Action: actions, Resource: resources, Condition })),
  }
  return {
    principals: principals.map(compileGlob),
    statements: readPolicyDocument(document, 'identity').statements,
    except: except.map(readSet),
  }
}

/**
 * The sets as statements of neither side, their patterns numbered from `first`: what they tell apart must be told apart by
 * whoever looks for something beyond them, or one request would stand for others that are meant and that are not.
 */
export function intentEntries(
  sets: readonly AccessSet[],
  first: number,
): { readonly entries: readonly Entry[]; readonly patterns: readonly ResourcePattern[] } {
  const patterns: ResourcePattern[] = []
  const entries = sets
    .map(readSet)
    .flatMap(statementsIn)
    .map(
      (statement): Entry => ({
        statement,
        place: 'identity',
        version: VERSION,
        isDeny: false,
        sides: [false, false],
        resources: (statement.resources ?? []).map((pattern) => first + patterns.push(pattern) - 1),
        grants: false,
      }),
    )
  return { entries, patterns }
}

const statementsIn = ({ statements, except }: ReadSet): readonly Statement[] => [
  ...statements,
  ...except.flatMap(statementsIn),
]

function isIn({ principals, statements, except }: ReadSet, question: Question, request: Request): Truth {
  const { caller } = question
  const names = [request.principal, caller.arn, caller.roleArn ?? '', caller.account ?? '']
  if (!principals.some((glob) => names.some((name) => globMatches(glob, name)))) return false
  const all = statements.map((statement) =>
    actionTruth(statement, question.action)
      ? and(resourceTruth(statement, 'identity', question), conditionTruth(statement, question.lookup))
      : false,
  )
  const within = statements.length === 0 ? false : andAll(all)
  if (within === false) return false
  return and(within, not(orAll(except.map((set) => isIn(set, question, request)))))
}

/**
 * Whether one of the sets surely holds all of these actions that the statement matches: it lists the same resources, and
 * asks no more of the context. Sets that only hold it for another reason are found by asking request by request.
 */
export function holdsRegion(sets: readonly AccessSet[], statement: Statement, actions: ActionClass): boolean {
  if (statement.resourceElement === 'NotResource' || statement.resources === undefined) return false
  const sources = statement.resources.map(({ source }) => source)
  const own = new Set(statement.conditions.map((line) => lineText(line, VERSION)))
  return sets.some(({ principals, actions: listed, resources, conditions, except }) => {
    if (except !== undefined || !principals.includes('*')) return false
    const patterns = listed.map(readActionPattern)
    const holds = (name: string): boolean =>
      patterns.some((pattern) => actionMatches(pattern, { service: actions.service, name }))
    return (
      sources.every((text) => resources.includes(text) || resources.includes('*')) &&
      actions.names.every(holds) &&
      conditions.every(
        (block) => readCondition(block, VERSION)?.every((line) => own.has(lineText(line, VERSION))) === true,
      )
    )
  })
}

const VERSION = '2012-10-17'
