/** Whether `BENCH_SMALLEST=1` asks for one small round of each row: it shows that a row runs, and measures nothing. */
export const IS_SMALLEST = process.env['BENCH_SMALLEST'] === '1'

/** Returns `usual`, or `smallest` where one small round of each row is asked for. */
export const sized = <T>(usual: T, smallest: T): T => (IS_SMALLEST ? smallest : usual)

/** Returns how often each thing is measured: `usual` rounds, or one. */
export const rounds = (usual: number): number => sized(usual, 1)
