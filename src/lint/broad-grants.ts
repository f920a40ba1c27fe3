import { covers } from './actions.ts'
import { type Check, statementCheck, when } from './check.ts'
import { hasWildcard, type StatementView, tests } from './view.ts'

type Grant = 'named' | 'star in action' | 'NotAction'
type Reach = 'NotResource' | 'star'

/** What each of AWS's two families of checks is named after, by how an Allow reaches the action and the resources. */
type Names = Readonly<Record<Grant, Readonly<Record<Reach, string>>>>

// biome-ignore format: a table is read by its columns
const NAMES_OF = (family: string): Names => ({
  'named':          { NotResource: `${family} with NotResource`,                    star: `${family} with star in resource` },
  'star in action': { NotResource: `${family} with star in action and NotResource`, star: `${family} with star in action and resource` },
  'NotAction':      { NotResource: `${family} with NotAction and NotResource`,      star: `${family} with star in resource and NotAction` },
})

/** Two actions that hand on rights beyond those they are called with. */
export const GRANT_CHECKS: readonly Check[] = [
  ...family(
    'warning',
    'Create SLR',
    'iam:CreateServiceLinkedRole',
    ['iam:awsservicename'],
    'any service-linked role can be made',
  ),
  ...family('security', 'Pass role', 'iam:PassRole', ['iam:passedtoservice'], 'any role can be handed to a service'),
]

function family(
  severity: Check['severity'],
  name: string,
  action: string,
  narrowedBy: readonly string[],
  effect: string,
): readonly Check[] {
  return Object.entries(NAMES_OF(name)).flatMap(([grant, reaches]) =>
    Object.entries(reaches).map(([reach, id]) =>
      statementCheck(severity, id, 'R-PASS-01', (statement, { place }) => {
        if (place !== 'identity' || !statement.allows || grantOf(statement, action) !== grant) return []
        const narrowed = reach === 'star' && narrowedBy.some((key) => tests(statement, key))
        return when(
          reachOf(statement) === reach && !narrowed,
          `/${statement.resourceElement}`,
          `${effect} through \`${action}\``,
        )
      }),
    ),
  )
}

/** How the statement comes to cover the action; undefined: it does not. */
function grantOf({ actions, actionElement }: StatementView, action: string): Grant | undefined {
  const covering = actions.filter(({ text }) => covers(text, action))
  if (actionElement === 'NotAction') return actions.length > 0 && covering.length === 0 ? 'NotAction' : undefined
  if (covering.length === 0) return undefined
  return covering.some(({ text }) => !hasWildcard(text)) ? 'named' : 'star in action'
}

/** A wildcard that leaves part of the role's name is taken for a convention of names, as AWS does. */
function reachOf({ resources, resourceElement }: StatementView): Reach | undefined {
  if (resourceElement === 'NotResource') return resources.length > 0 ? 'NotResource' : undefined
  return resources.some(
    ({ text }) => text === '*' || /^arn:[^:]{1,20}:(?:iam|\*):[^:]{0,20}:[^:]{0,40}:(?:\*|role\/?\*)$/.test(text),
  )
    ? 'star'
    : undefined
}
