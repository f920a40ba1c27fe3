/**
 * The measure of how many random cases a property draws, each a multiple or a fraction of it by what a case costs: `npm test`
 * goes by 1,000, and `npm run random`, which the nightly job runs with another seed, by 40,000 (CONTRIBUTING.md).
 */
export const RUNS = Number(process.env['DENYTRACE_RUNS'] ?? 1000)
