import { type Question, actionTruth, conditionTruth, resourceTruth } from '#iam/statement.ts'
import { readPolicyDocument, type Statement } from '#iam/policy.ts'
import { type Glob, compileGlob, globMatches } from '#iam/glob.ts'
import { and, not, or, orAll, type Truth } from '#iam/truth.ts'
import type { Request } from '#iam/request.ts'
import type { AccessSet } from '#space/access-set.ts'

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
    Version: '2012-10-17',
    Statement: blocks.map((Condition) => ({ Effect: 'Allow', Action: actions, Resource: resources, Condition })),
  }
  return {
    principals: principals.map(compileGlob),
    statements: readPolicyDocument(document, 'identity').statements,
    except: except.map(readSet),
  }
}

function isIn({ principals, statements, except }: ReadSet, question: Question, request: Request): Truth {
  const { caller } = question
  const names = [request.principal, caller.arn, caller.roleArn ?? '', caller.account ?? '']
  if (!principals.some((glob) => names.some((name) => globMatches(glob, name)))) return false
  const all = statements.map((statement) =>
    actionTruth(statement, question.action)
      ? and(resourceTruth(statement, 'identity', question), conditionTruth(statement, question.lookup))
      : false,
  )
  const within = statements.length === 0 ? false : and(...all)
  if (within === false) return false
  return and(within, not(or(...except.map((set) => isIn(set, question, request)))))
}
