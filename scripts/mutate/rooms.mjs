/**
 * What is mutated, and by which tests it is caught. The tests of a group run in one process, groups in their order until
 * one fails: first those beside the source, then the tables and peer cases, then the samples.
 */
const TABLES = ['decision-table', 'disputed', 'from-the-rules', 'page-rows', 'peer-cases', 'rules'].map(
  (name) => `test/engine/${name}.test.ts`,
)
/** What explains a decision is used by the diagnosis, and much of it is tested there. */
const DIAGNOSIS = ['src/diagnose']
const SAMPLES = ['test/samples.test.ts', 'test/examples.test.ts']

/** A name of a file or folder of the list means its `.ts` files, without the tests and without deeper folders. */
export const ROOMS = {
  condition: {
    mutate: ['src/iam/condition'],
    tests: { beside: ['src/iam/condition'], tables: TABLES, room: ['src/iam'] },
  },
  iam: {
    mutate: ['src/iam'],
    tests: { beside: ['src/iam', 'src/iam/condition'], tables: TABLES, samples: SAMPLES },
  },
  facts: {
    mutate: ['src/iam/facts'],
    tests: { beside: ['src/iam/facts', 'src/iam/action.test.ts'], tables: TABLES },
  },
  layers: {
    mutate: ['src/engine/layers'],
    tests: { beside: ['src/engine', 'src/engine/layers', 'src/engine/services'], tables: TABLES, samples: SAMPLES },
  },
  services: {
    mutate: ['src/engine/services'],
    tests: { beside: ['src/engine', 'src/engine/layers', 'src/engine/services'], tables: TABLES, samples: SAMPLES },
  },
  engine: {
    mutate: ['src/engine'],
    tests: {
      beside: ['src/engine', 'src/engine/layers', 'src/engine/services', 'src/engine/hops'],
      tables: TABLES,
      diagnosis: DIAGNOSIS,
      samples: SAMPLES,
    },
  },
  hops: {
    mutate: ['src/engine/hops'],
    tests: {
      beside: ['src/engine/hops', 'src/engine/chain.test.ts'],
      tables: TABLES,
      diagnosis: DIAGNOSIS,
      samples: SAMPLES,
    },
  },
  lint: {
    mutate: ['src/lint'],
    tests: { beside: ['src/lint'] },
  },
}

/** Tables of facts without a rule in them; the tests hold rows of AWS's pages against some of their rows. */
export const DATA = [
  'src/iam/api-operations.ts',
  'src/iam/disputed.ts',
  'src/iam/event-sources.ts',
  'src/iam/facts/global-keys.ts',
  'src/iam/facts/global-services.ts',
  'src/iam/facts/rcp-services.ts',
  'src/iam/facts/written-by-aws.ts',
  'src/engine/dependent-calls/elsewhere.ts',
]

/** The same inside a file: which services and types have resource policies, and which are shared by AWS RAM. */
export const TABLES_OF_FACTS = ['KINDS', 'SHAREABLE']

/** Tests that hold a page or a file on disk against the sources, and not what the sources do. */
export const OF_PAGES = ['src/engine/dependent-calls/hops-page.test.ts', 'src/iam/facts/regeneration.test.ts']

/**
 * Ends of the names of tests that take longer than all others of their room together: one proves a fix, and what it judges
 * others judge as well; the others ask of long documents that no check throws, or of a deep one that nothing recurses: with
 * that one, a mutant that never ends is stopped by the clock, not by the count of its steps.
 */
export const TOO_SLOW = [
  'scp-overnight is told as in its expected.txt',
  ' is linted without an exception',
  ' deep is scanned without recursion',
]

/** How the names of tests begin that ask the second evaluator, which has nothing of ours in it. */
export const NOT_OURS = 'second evaluator: '
