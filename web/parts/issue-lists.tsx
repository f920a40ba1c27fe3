import type { TupleRow } from '#http/wire.ts'
import { isPolicyLayer, layerName } from '#iam/layers.ts'
import { namedRail } from '#rail/named.ts'
import type { Asked } from '../denials-asked.ts'
import { type IssueFacts, issueKey, useIssueFacts } from '../issue-facts.ts'
import { IssueCard } from './issue-card.tsx'
import { RailLine } from './rail.tsx'

/** Issues of the store as cards: the layer that refused and when, as soon as that was read. */
export function Issues(props: {
  readonly tuples: readonly TupleRow[]
  readonly asked: Asked
  readonly onFilter: (filters: Asked['filters']) => void
  readonly onOpen: (eventId: string) => void
}) {
  const { tuples, asked, onFilter, onOpen } = props
  const facts = useIssueFacts(tuples, asked)
  if (tuples.length === 0) return <p class="muted none-yet">Nothing new in this time.</p>
  return (
    <ul class="issues">
      {tuples.map((tuple) => {
        const { principalKey, action, resourceFamily, count, firstSeen, lastSeen } = tuple
        const told = facts.get(issueKey(tuple))
        const spark = told === undefined || told.counts.length === 0 ? {} : { spark: { counts: told.counts } }
        return (
          <IssueCard
            key={issueKey(tuple)}
            issue={{ principal: principalKey, action, resource: resourceFamily, count, firstSeen, lastSeen, ...spark }}
            cause={<RefusedBy told={told} />}
          >
            <NamedRail layer={told?.layer} by={told?.by ?? 'explicit'} />
            <p class="buttons">
              {told?.newest === undefined ? null : (
                <button type="button" class="primary" onClick={() => onOpen(told.newest ?? '')}>
                  Why and fix
                </button>
              )}
              <button
                type="button"
                onClick={() => onFilter({ principal: principalKey, action, 'resource-family': resourceFamily })}
              >
                Show its denials
              </button>
            </p>
          </IssueCard>
        )
      })}
    </ul>
  )
}

const RefusedBy = ({ told }: { readonly told: IssueFacts | undefined }) =>
  // Before it was read its line is kept free, so that nothing moves when it comes.
  told === undefined ? (
    <>&nbsp;</>
  ) : told.layer === undefined ? (
    <>AWS named no layer</>
  ) : (
    <>denied by the {layerText(told.layer)}</>
  )

export const layerText = (layer: string): string => (isPolicyLayer(layer) ? layerName(layer) : layer)

/** The rail of what AWS named; nothing where it named nothing. */
export const NamedRail = ({ layer, by }: { readonly layer: string | undefined; readonly by: IssueFacts['by'] }) =>
  layer === undefined || !isPolicyLayer(layer) ? null : <RailLine rail={namedRail(layer, by)} />
