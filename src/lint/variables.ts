import { type Check, type Found, NONE, statementCheck, when } from './check.ts'
import { hasVariable, type Line, type PolicyView, type StatementView, takesVariables } from './view.ts'
import { shown } from './shown.ts'

type Fault = 'brace' | 'quote' | 'space' | 'empty'

/** Policy variables (docs/rules.md), and the wildcards that keys of identity are too weighty for (R-CTX-12). */
export const VARIABLE_CHECKS: readonly Check[] = [
  ofFaults('Missing brace in variable', 'brace', 'lacks the `}` of a variable'),
  ofFaults('Missing quote in variable', 'quote', 'has a default that is not in single quotes'),
  ofFaults('Unsupported space in variable', 'space', 'has a space inside the name of a variable'),
  ofFaults('Empty variable', 'empty', 'has a variable without a name'),
  statementCheck('error', 'Variable unsupported in element', 'R-VAR-01', ({ actions, principals }) =>
    [...actions, ...principals].flatMap(({ text, pointer }) =>
      when(hasVariable(text), pointer, `${shown(text)} is plain text here: variables stand in Resource and Condition`),
    ),
  ),
  statementCheck('error', 'Variable unsupported in version', 'R-GRAM-03', (statement, { version }) =>
    version === '2012-10-17'
      ? NONE
      : statement.withVariables.flatMap(({ text, pointer }) =>
          when(namesKey(text), pointer, `${shown(text)} is plain text: variables need Version \`2012-10-17\``),
        ),
  ),
  statementCheck('warning', 'variable-in-arn-head', 'R-VAR-01', ({ resources }, { version }) =>
    version !== '2012-10-17'
      ? NONE
      : resources.flatMap(({ text, pointer }) =>
          when(variableInHead(text), pointer, `${shown(text)} has a variable before the last part of the ARN`),
        ),
  ),
  statementCheck('error', 'Invalid variable for operator', 'R-VAR-01', ({ lines }, { version }) =>
    version !== '2012-10-17'
      ? NONE
      : lines.flatMap((line) =>
          takesVariables(line)
            ? NONE
            : line.values.flatMap(({ text, pointer }) =>
                when(hasVariable(text), pointer, `\`${line.operator}\` takes no variable such as ${shown(text)}`),
              ),
        ),
  ),
  statementCheck('error', 'Variable usage too permissive', 'R-CTX-12', tooPermissive(variableIsOpen, 'variable')),
  statementCheck('error', 'Wildcard usage too permissive', 'R-CTX-12', tooPermissive(wildcardIsOpen, 'wildcard')),
]

function ofFaults(id: string, fault: Fault, message: string): Check {
  return statementCheck('error', id, 'R-VAR-03', (statement, policy) =>
    policy.version !== '2012-10-17'
      ? NONE
      : statement.withVariables.flatMap(({ text, pointer }) =>
          when(faultsOf(text).has(fault), pointer, `${shown(text)} ${message} and matches nothing`),
        ),
  )
}

const NO_FAULTS: ReadonlySet<Fault> = new Set()

function faultsOf(text: string): ReadonlySet<Fault> {
  if (!hasVariable(text)) return NO_FAULTS
  const faults = new Set<Fault>()
  for (let open = text.indexOf('${'); open >= 0; ) {
    const close = text.indexOf('}', open)
    if (close < 0) {
      faults.add('brace')
      break
    }
    const fault = faultOf(text.slice(open + 2, close))
    if (fault !== undefined) faults.add(fault)
    open = text.indexOf('${', close)
  }
  return faults
}

/** `inside`: what stands between the braces. */
function faultOf(inside: string): Fault | undefined {
  if (inside === '*' || inside === '?' || inside === '$') return undefined
  if (inside.includes('${')) return 'brace'
  const comma = inside.indexOf(',')
  const key = comma < 0 ? inside : inside.slice(0, comma)
  if (key.trim() === '') return 'empty'
  // A tag's key may hold spaces of its own.
  if (/\s/.test(key.includes('/') ? (key.split('/')[0] ?? '') : key)) return 'space'
  const value = comma < 0 ? undefined : inside.slice(comma + 1).trim()
  if (value === undefined || (value.length > 1 && value.startsWith("'") && value.endsWith("'"))) return undefined
  return 'quote'
}

/** Whether a text has a variable that names a context key; `${*}` and the like, or any text in braces, may be meant as it is. */
function namesKey(text: string): boolean {
  const open = text.indexOf('${')
  const close = open < 0 ? -1 : text.indexOf('}', open)
  return close >= 0 && text.slice(open, close).includes(':')
}

function variableInHead(text: string): boolean {
  const open = text.indexOf('${')
  return open >= 0 && text.startsWith('arn:') && text.slice(0, open).split(':').length < 6
}

/** Keys whose values are ids in full; AWS calls them sensitive. */
export const SENSITIVE: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalorgid',
  'aws:resourceaccount',
  'aws:resourceorgid',
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:vpceaccount',
  'aws:vpceorgid',
])

function tooPermissive(
  isOpen: (line: Line, text: string) => boolean,
  what: string,
): (statement: StatementView, policy: PolicyView) => readonly Found[] {
  return ({ lines }) =>
    lines.flatMap((line) => {
      if (line.use?.operator.family !== 'string') return NONE
      const sensitive = SENSITIVE.has(line.folded)
      if (!sensitive && line.folded !== 'aws:userid') return NONE
      return line.values.flatMap(({ text, pointer }) =>
        when(
          isOpen(line, text),
          pointer,
          sensitive
            ? `${shown(line.key)} holds a whole id: ${shown(text)} lets in more with its ${what}`
            : `in \`aws:userid\` the ${what} of ${shown(text)} belongs behind the colon`,
        ),
      )
    })
}

function wildcardIsOpen({ use, folded }: Line, text: string): boolean {
  if (use?.operator.relation !== 'like') return false
  if (folded !== 'aws:userid') return /[*?]/.test(text.replaceAll(/\$\{[^}]{0,200}\}/g, ''))
  const [left = '', ...right] = text.split(':')
  if (left.includes('${')) return false
  return /[*?]/.test(left) && !(left === '*' && right.length > 0)
}

/** The value of another key of an account or organization is an id in full itself; what the caller chooses is not. */
function variableIsOpen({ folded }: Line, text: string): boolean {
  const names = [...text.matchAll(/\$\{([^},]{1,200})/g)].map((match) => (match[1] ?? '').trim().toLowerCase())
  const chosen = names.filter((name) => /^aws:(?:principaltag|requesttag|sourceidentity|referer|useragent)/.test(name))
  return folded === 'aws:userid' ? chosen.length > 0 && !text.startsWith('*:') : chosen.length > 0
}
