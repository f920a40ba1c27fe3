const WIDTH = 104
const HEIGHT = 26
const GROUND = 25

/** Counts over time in the size of a word; they are said beside it. `marked`: those that stand out, from and to. */
export function Spark(props: {
  readonly counts: readonly number[]
  readonly marked?: readonly [from: number, to: number] | undefined
}) {
  const { counts, marked } = props
  const most = Math.max(1, ...counts)
  const step = WIDTH / Math.max(1, counts.length)
  return (
    <svg class="spark" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <path d={`M0 ${GROUND + 0.5}H${WIDTH}`} stroke="var(--line)" />
      {counts.map((count, i) => {
        if (count === 0) return null
        const height = Math.max(2, (count / most) * (GROUND - 2))
        const isOut = marked !== undefined && i >= marked[0] && i < marked[1]
        return (
          <rect
            key={i}
            x={i * step}
            y={GROUND - height}
            width={Math.max(1, step * 0.75)}
            height={height}
            fill={isOut ? 'var(--deny-fill)' : 'var(--bar)'}
          />
        )
      })}
    </svg>
  )
}
