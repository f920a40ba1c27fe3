import type { AccessSet } from '#http/wire.ts'
import type { Grants } from '../use-grants.ts'
import { Mark } from './icon.tsx'

/** So many sets are listed; the policy itself says the rest. */
const MOST = 4

/** Requests that the policy allows and did not, and the reverse, whatever the other layers say. */
export const Granted = ({ gained, lost, why }: Grants) => (
  <ul class="list grants" aria-label="What the policy allows">
    {gained.length === 0 ? null : <Sets of="allow" head="This policy allows now" sets={gained} />}
    {lost.length === 0 ? null : <Sets of="deny" head="It allows no more" sets={lost} />}
    {why === undefined ? null : (
      <li>
        <Mark of="unseen" />
        <span>
          <b>What else it allows was not settled</b>: {why}
        </span>
      </li>
    )}
  </ul>
)

const Sets = (props: { readonly of: 'allow' | 'deny'; readonly head: string; readonly sets: readonly AccessSet[] }) => (
  <li>
    <Mark of={props.of} />
    <span>
      <b>{props.head}</b>
      {props.sets.slice(0, MOST).map(({ actions, resources, conditions, except }, i) => (
        <span class="set" key={i}>
          <code>{actions.join(', ')}</code> on <code>{resources.map(shortResource).join(', ')}</code>
          {conditions.length === 0 ? null : (
            <>
              {' '}
              where <code>{conditions.map((one) => JSON.stringify(one)).join(' and ')}</code>
            </>
          )}
          {except === undefined ? null : <span class="muted"> (less {except.length} exceptions)</span>}
        </span>
      ))}
      {props.sets.length > MOST ? <span class="set muted">and {props.sets.length - MOST} more</span> : null}
    </span>
  </li>
)

/** `arn:aws:s3:::prod-artifacts/*` → `prod-artifacts/*`. */
const shortResource = (arn: string): string =>
  arn.startsWith('arn:') && arn.split(':')[2] === 's3' ? arn.split(':').slice(5).join(':') : arn
