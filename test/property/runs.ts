/**
 * How many scenarios there are where `DENYTRACE_RUNS` does not say: `npm test` draws a quarter of what `npm run random` does, of
 * properties whose generators show all that there is in it (CONTRIBUTING.md). A dear property takes a fraction of it.
 */
export const RUNS = Number(process.env['DENYTRACE_RUNS'] ?? 5000)
