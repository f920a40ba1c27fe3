import type { Cause, Denial, Diagnosis } from '#http/wire.ts'
import { layerInWords } from '#answer/layer-in-words.ts'
import { Command } from './copy.tsx'
import { Mark } from './icon.tsx'
import { MarkedMessage } from './marked-message.tsx'
import { Prose } from './prose.tsx'

/** Without a statement to show: what AWS said, what follows from it, and what it leaves open. */
export function WordsCard({
  diagnosis,
  text,
  cause,
}: {
  readonly diagnosis: Diagnosis
  readonly text: string
  readonly cause: Cause | undefined
}) {
  const { denial, basis, status, reconciliation, causes } = diagnosis
  const sentence = <MarkedMessage denial={denial} text={text} />
  return (
    <section class="card why-card" aria-label="Why">
      <header>
        <div class="k">
          <Mark of={status === 'explained' ? 'deny' : 'likely'} />
          <h2>Why{status === 'likely' ? ', most likely' : ''}</h2>
          <span>{basis === 'message' ? 'in AWS’s words' : 'by the policies provided'}</span>
          <span class="r">{basis === 'message' ? 'from the message alone' : ''}</span>
        </div>
        <h3>{headOf(diagnosis, cause)}</h3>
      </header>
      {sentence}
      <ul class="list">
        {causes.length > 0 && cause?.reason !== undefined && basis !== 'message' ? (
          <li>
            <Mark of="deny" />
            <span>
              <Prose text={cause.reason} />
            </span>
          </li>
        ) : null}
        {impliedBy(denial).map(({ of, text: words }, i) => (
          <li key={i}>
            <Mark of={of} />
            <span>
              <Prose text={words} />
            </span>
          </li>
        ))}
        {status === 'contradicted' ||
        status === 'allowed-now' ||
        (!isNamed(denial) && reconciliation.explanation !== '') ? (
          <li>
            <Mark of="unseen" />
            <span>
              <Prose text={reconciliation.explanation} />
            </span>
          </li>
        ) : null}
      </ul>
      <Usually causes={diagnosis.usualCauses ?? []} title={usualTitle(diagnosis)} />
    </section>
  )
}

function usualTitle({ denial, status }: Diagnosis): string {
  if (status !== 'explained') return 'Usually it is'
  return isNamed(denial) ? 'Look for it there' : 'It is'
}

/** Whether AWS says what refused: a kind of policy, or a setting. */
const isNamed = ({ reported }: Denial): boolean => reported.layer !== null || reported.setting !== undefined

/** What such a refusal usually comes from, the most frequent first, or where to look, each with the one command that tells. */
function Usually(props: { readonly causes: NonNullable<Diagnosis['usualCauses']>; readonly title: string }) {
  const { causes, title } = props
  if (causes.length === 0) return null
  return (
    <div class="usually">
      <h4>{title}</h4>
      <ol>
        {causes.map(({ what, tell }, i) => (
          <li key={i}>
            <Prose text={what} />
            <Command text={tell} />
          </li>
        ))}
      </ol>
    </div>
  )
}

/** The call itself was allowed (R-MSG-33). */
const isBehindCall = ({ notes }: Denial): boolean => notes.some(({ code }) => code === 'further-request')

const headOf = ({ denial, status, basis, usualCauses = [] }: Diagnosis, cause: Cause | undefined): string => {
  if (status === 'allowed-now') return 'The policies have changed since the denial'
  if (status === 'contradicted') return 'The policies you provided are not the ones that were in force'
  if (usualCauses.length > 0 && status === 'explained' && cause === undefined) return 'No IAM policy denied it'
  if (basis === 'message' && denial.reported.setting !== undefined) return 'A setting denied it, not an IAM policy'
  if (basis === 'message' && usualCauses.length > 0 && isBehindCall(denial))
    return 'A dependent request of the call was denied'
  if (basis === 'message' && usualCauses.length > 0 && !isNamed(denial)) return 'AWS does not say where'
  if (basis === 'message') return 'What its sentence settles, and what it leaves open'
  if (cause === undefined) return 'The policies you provided do not settle it'
  return cause.denyType === 'explicit'
    ? `A Deny of the ${layerInWords(cause.layer, cause.kind)}`
    : `The ${layerInWords(cause.layer, cause.kind)} does not allow it`
}

/** What the words of AWS settle besides (docs/rules.md, R-EVID-02 and R-EVID-03). */
function impliedBy({
  reported,
}: Denial): readonly { readonly of: 'passed' | 'unseen' | 'none'; readonly text: string }[] {
  const noDeny = {
    of: 'passed',
    text: 'No explicit Deny was involved, and SCPs and RCPs allow it: AWS evaluates them first.',
  } as const
  if (reported.setting !== undefined)
    return [
      {
        of: 'none',
        text: 'No Allow overrides the setting. It has to be turned off, or the call or the policy changed so that nothing is public.',
      },
    ]
  if (reported.denyType === 'explicit')
    return [
      {
        of: 'none',
        text: 'A Deny matched: no Allow overrides it. Change the call, or except it from the Deny.',
      },
    ]
  switch (reported.layer) {
    case 'identity-policy':
      return [
        noDeny,
        {
          of: 'unseen',
          text: 'A permissions boundary or a session policy could still deny it next. So could a VPC endpoint policy.',
        },
        {
          of: 'none',
          text: 'Or the request is not the one that was meant: compare the caller and the resource with what was expected.',
        },
      ]
    case 'permissions-boundary':
      return [
        noDeny,
        { of: 'passed', text: 'An identity policy allows it.' },
        { of: 'unseen', text: 'A session policy could still deny it next.' },
      ]
    case 'session-policy':
      return [
        noDeny,
        { of: 'passed', text: 'The role itself allows it: the session was created with fewer permissions.' },
      ]
    case 'resource-policy':
      return [
        { of: 'passed', text: 'No explicit Deny of that account was involved.' },
        { of: 'none', text: 'The policy of the resource must let the caller in.' },
      ]
    default:
      return []
  }
}
