import { splitArn } from '#iam/arn.ts'
import { isRegion } from '#iam/facts/regions.ts'
import { hasTypeWord } from '#iam/facts/resource-types.ts'
import { isService } from '#iam/facts/services.ts'
import { fixedOf, shapesCovered, shapesOf, typeWord } from './arn-shapes.ts'
import { type Check, type Found, NONE, statementCheck, when } from './check.ts'
import { hasVariable, hasWildcard, type Parts, type PolicyView, type StatementView } from './view.ts'
import { shown } from './shown.ts'

/** `Resource` and `NotResource` (docs/rules.md). */
export const RESOURCE_CHECKS: readonly Check[] = [
  statementCheck('error', 'Invalid ARN prefix', 'R-RES-01', ({ resources }, policy) =>
    resources.flatMap(({ text, pointer }) =>
      when(!startsLikeArn(text, policy), pointer, `${shown(text)} is neither \`*\` nor begins with \`arn:\``),
    ),
  ),
  statementCheck('error', 'Missing ARN field', 'R-RES-05', ({ resources }) =>
    resources.flatMap(({ text, pointer }) =>
      when(isShort(text) && !text.endsWith('*'), pointer, `${shown(text)} has fewer than six parts`),
    ),
  ),
  statementCheck('warning', 'short-arn', 'R-RES-05', ({ resources }, { place }) =>
    resources.flatMap(({ text, pointer }) =>
      when(
        isShort(text) && text.endsWith('*'),
        pointer,
        `${shown(text)} has fewer than six parts; ${place === 'rcp' ? 'here it matches nothing' : 'AWS does not say what it matches'}`,
      ),
    ),
  ),
  ofArns('error', 'Invalid partition', 'R-REQ-06', ([, partition]) =>
    hasWildcard(partition) || /^aws(?:-[a-z]{1,10}){0,3}$/.test(partition)
      ? undefined
      : `${shown(partition)} is no partition, such as \`aws\` or \`aws-cn\``,
  ),
  ofArns('error', 'Invalid ARN service case', 'R-RES-02', ([, , service]) =>
    service === service.toLowerCase() || !isService(service.toLowerCase())
      ? undefined
      : `an ARN writes the service ${shown(service)} in lower case, and letter case counts`,
  ),
  ofArns('error', 'Invalid ARN Region', 'R-RES-01', ([, , , region]) =>
    region === '' || hasWildcard(region) || isRegion(region) || WORDS_FOR_REGIONS.has(region)
      ? undefined
      : `${shown(region)} is no Region`,
  ),
  ofArns('error', 'Invalid ARN account', 'R-RES-01', ([, , , , account]) =>
    account === '' || hasWildcard(account) || /^(?:\d{12}|[a-z][a-z-]{0,30})$/.test(account)
      ? undefined
      : `${shown(account)} is no account id: those have twelve digits`,
  ),
  ofArns('error', 'ARN Region not allowed', 'R-RES-01', (parts) =>
    parts[3] !== '' && !hasWildcard(parts[3]) && everyShape(parts, ({ region }) => region === '')
      ? `ARNs of ${shown(parts[2])} such as this one have no Region`
      : undefined,
  ),
  ofArns('error', 'ARN account not allowed', 'R-RES-09', (parts) =>
    parts[4] !== '' && !hasWildcard(parts[4]) && everyShape(parts, ({ account }) => account === '')
      ? `ARNs of ${shown(parts[2])} such as this one have no account`
      : undefined,
  ),
  ofArns('error', 'Missing ARN Region', 'R-RES-01', (parts) =>
    parts[3] === '' && everyShape(parts, ({ region }) => region !== '')
      ? `ARNs of ${shown(parts[2])} such as this one have a Region`
      : undefined,
  ),
  ofArns('error', 'Missing ARN account', 'R-RES-01', (parts) =>
    parts[4] === '' && !WITH_OWN_BY_AWS.has(parts[2]) && everyShape(parts, ({ account }) => account !== '')
      ? `ARNs of ${shown(parts[2])} such as this one have an account`
      : undefined,
  ),
  ofArns('error', 'Invalid ARN resource', 'R-RES-01', (parts) => (namesOneThing(parts) ? misspelt(parts) : undefined)),
  ofArns('warning', 'resource-type-spelling', 'R-RES-01', (parts) =>
    namesOneThing(parts) ? undefined : misspelt(parts),
  ),
  ofArns('warning', 'wildcard-in-resource-type', 'R-RES-03', ([, , service, , , rest]) => {
    const word = typeWord(rest)?.[0]
    const inside = word !== undefined && !/^\*+$/.test(word) && hasWildcard(word) && !hasVariable(word)
    return inside && hasTypeWord(service)
      ? `AWS documents no wildcard inside the type ${shown(word)}: an Allow gives nothing by it, and what a Deny takes is not known`
      : undefined
  }),
  ofArns('suggestion', 'Wildcard in service name', 'R-RES-03', ([, , service]) =>
    hasWildcard(service) ? `${shown(service)} also covers services that are yet to come` : undefined,
  ),
]

/** Services with things that belong to AWS and have no account in their ARNs, which the reference does not list. */
const WITH_OWN_BY_AWS: ReadonlySet<string> = new Set(['ssm', 'resource-explorer-2', 'kms'])

/** Words that stand for a Region in ARNs of single services. */
const WORDS_FOR_REGIONS: ReadonlySet<string> = new Set(['global', 'aws-global'])

/** A check of every ARN with six parts; what `problem` says is the message. */
function ofArns(
  severity: Check['severity'],
  id: string,
  rule: string,
  problem: (parts: Parts) => string | undefined,
): Check {
  return statementCheck(severity, id, rule, ({ resources }: StatementView) =>
    resources.flatMap((item): readonly Found[] => {
      const message = item.parts === undefined ? undefined : problem(item.parts)
      return message === undefined ? NONE : [[item.pointer, `${message}: ${shown(item.text)}`]]
    }),
  )
}

/** Policies of an API name its resources relative to it, or to its stage (R-RES-06). */
const startsLikeArn = (text: string, { place }: PolicyView): boolean =>
  text === '*' || text.startsWith('arn:') || (place === 'resource' && text.startsWith('execute-api:'))

/** A text without any colon is no short ARN but no ARN at all; a variable holds colons of its own. */
const isShort = (text: string): boolean => text.startsWith('arn:') && !hasVariable(text) && splitArn(text) === undefined

function everyShape(
  [, , service, , , rest]: Parts,
  holds: (shape: { region: string; account: string }) => boolean,
): boolean {
  const covered = shapesCovered(shapesOf(service), rest)
  return covered.length > 0 && covered.every(holds)
}

/** AWS's own policies hold patterns that cover nothing; an ARN in full that cannot exist is a mistake. */
const namesOneThing = (parts: Parts): boolean => !parts.some((part) => hasWildcard(part) || hasVariable(part))

/** A type our data does not know may be new; one that is written as a known one but for case or separator is a slip. */
function misspelt([, , service, , , rest]: Parts): string | undefined {
  if (rest === '') return 'the ARN names no resource'
  const written = typeWord(rest)
  if (written === undefined || fixedOf(rest).length <= written[0].length) return undefined
  const [word, separator] = written
  const folded = word.toLowerCase()
  const known = shapesOf(service).flatMap(({ type }) => (type?.[0].toLowerCase() === folded ? [type] : []))
  const [meant] = known
  if (meant === undefined || known.some((type) => type[0] === word && type[1] === separator)) return undefined
  if (shapesCovered(shapesOf(service), rest).length > 0) return undefined
  return `${shown(`${word}${separator}`)} is written \`${meant[0]}${meant[1]}\``
}
