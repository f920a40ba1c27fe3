import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { agoWords, minuteWords } from '../answer/time-words.ts'
import { Named } from './named.tsx'
import { Spark } from './spark.tsx'

/** Who was refused what on which family of resources, and how often, since when and until when. */
export interface Issue {
  readonly principal: string | null
  readonly action: string | null
  readonly resource: string | null
  readonly count: number
  readonly firstSeen?: string
  readonly lastSeen: string
  /** Of what is not said, any: it is not that events do not tell it. */
  readonly isWide?: boolean
  /** Counts over time, of which some stand out; left out: not known. */
  readonly spark?: { readonly counts: readonly number[]; readonly marked?: readonly [from: number, to: number] }
}

/** An issue as a row that opens; `cause`: a line of why. What it opens to is made when it is opened. */
export function IssueCard(props: {
  readonly issue: Issue
  readonly cause?: ComponentChildren
  readonly look?: string
  readonly isOpen?: boolean
  readonly onOpen?: () => void
  readonly children: ComponentChildren
}) {
  const { issue, cause, look = '', isOpen = false, onOpen, children } = props
  const { principal, action, resource, count, firstSeen, lastSeen, isWide, spark } = issue
  const [open, setOpen] = useState(isOpen)
  return (
    <li class={`issue ${look}`}>
      <details
        open={open}
        onToggle={(event) => {
          setOpen(event.currentTarget.open)
          if (event.currentTarget.open) onOpen?.()
        }}
      >
        <summary>
          <span class="tx">
            <span class="what">
              {action === null || action === '' ? (
                <b class="ac">{isWide === true ? 'any action' : 'action not told'}</b>
              ) : (
                <code class="ac">{action}</code>
              )}{' '}
              {resource === null ? null : <Named arn={resource} />}
            </span>
            <span class="who">
              <Named arn={principal} none={isWide === true ? 'any caller' : 'caller not told'} />
            </span>
            {cause === undefined ? null : <span class="cause">{cause}</span>}
          </span>
          <span class="sk">{spark === undefined ? null : <Spark {...spark} />}</span>
          <span class="ct">
            <b>{count.toLocaleString('en')}</b>
            <span class="vh"> {count === 1 ? 'denial' : 'denials'}</span>
          </span>
          <span
            class="la"
            title={`${firstSeen === undefined ? '' : `first ${minuteWords(firstSeen)}, `}last ${minuteWords(lastSeen)} UTC`}
          >
            {agoWords(lastSeen, Date.now())}
          </span>
        </summary>
        {open ? (
          <div class="opened">
            {children}
            <p class="muted">
              {firstSeen === undefined ? null : `first ${minuteWords(firstSeen)}, `}last {minuteWords(lastSeen)} UTC
            </p>
          </div>
        ) : null}
      </details>
    </li>
  )
}
