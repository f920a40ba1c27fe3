import { type Check, NONE, statementCheck, when } from './check.ts'
import { shown } from './shown.ts'
import { SENSITIVE } from './variables.ts'

/** Checks of what AWS refuses to save in the policy of a VPC endpoint beyond its checks of all policies (R-VPCE-05). */
export const ENDPOINT_CHECKS: readonly Check[] = [
  statementCheck('warning', 'endpoint-policy-wildcard', 'R-VPCE-05', ({ lines }, { place }) =>
    place !== 'vpce'
      ? NONE
      : lines.flatMap(({ use, values }) =>
          use?.operator.relation !== 'like' || use.operator.family !== 'string'
            ? NONE
            : values.flatMap(({ text, pointer }) =>
                when(
                  hasLonelyWildcard(text),
                  pointer,
                  `${shown(text)} has a wildcard without six characters before or after it, which an endpoint does not take`,
                ),
              ),
        ),
  ),
  statementCheck('warning', 'endpoint-policy-numeric', 'R-VPCE-05', ({ lines }, { place }) =>
    place !== 'vpce'
      ? NONE
      : lines.flatMap(({ use, folded, key, pointer }) =>
          when(
            use?.operator.family === 'numeric' && SENSITIVE.has(folded),
            pointer,
            `\`${key}\` holds an id, which an endpoint does not compare as a number`,
          ),
        ),
  ),
  statementCheck('warning', 'endpoint-policy-account', 'R-VPCE-05', ({ resources }, { place }) =>
    place !== 'vpce'
      ? NONE
      : resources.flatMap(({ text, pointer }) =>
          when(
            isMixed(text.split(':')[4] ?? ''),
            pointer,
            `${shown(text)} has an account of digits and wildcards: an endpoint takes the one or the other`,
          ),
        ),
  ),
]

const isMixed = (account: string): boolean => /[*?]/.test(account) && /\d/.test(account)

function hasLonelyWildcard(text: string): boolean {
  const parts = text.split(/[*?]/)
  return parts.some((part, i) => i > 0 && Math.max(part.length, parts[i - 1]?.length ?? 0) < 6)
}
