/**
 * Stryker's runner for TAP, but for the mutants themselves: it starts a Node for each of them and each group of tests,
 * which is most of what a mutant costs. Here the script of a group is compiled once and evaluated afresh for each mutant,
 * so that none finds what another left behind, and the tests that killed most come first. The first run, without a
 * mutant, is the TAP runner's own.
 */
import { createRequire } from 'node:module'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Script } from 'node:vm'
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core'
import { TestStatus } from '@stryker-mutator/api/test-runner'
import { TapTestRunner } from '@stryker-mutator/tap-runner'

class WarmTapRunner extends TapTestRunner {
  #groups = new Map()

  async runFile(testFile, run) {
    if (run.dryRun) return super.runFile(testFile, run)
    if (!this.#groups.has(testFile)) this.#groups.set(testFile, new Group(testFile))
    const began = performance.now()
    const failed = await this.#groups.get(testFile).run(run)
    return {
      testResult: {
        id: testFile,
        name: testFile,
        fileName: testFile,
        timeSpentMs: performance.now() - began,
        ...(failed === undefined
          ? { status: TestStatus.Success }
          : { status: TestStatus.Failed, failureMessage: failed }),
      },
    }
  }
}

/** The tests of one bundled script. */
class Group {
  #script
  #require
  #covered
  /** By id of a test how many mutants it killed, and how long it last took. */
  #kills = new Map()
  #took = new Map()

  constructor(testFile) {
    const file = resolve(testFile.replace(/\.cjs$/u, '.bundle.cjs'))
    // What a mutant comes by was counted in the first run; counting on is a third of the time.
    const source = readFileSync(file, 'utf8').replaceAll(/function stryCov_9fa48\d*\(\) \{/gu, '$& return')
    this.#script = new Script(`(function (exports, require, module) {${source}\n})`, { filename: file })
    this.#require = createRequire(file)
    const covered = `${resolve(testFile)}.covered.json`
    this.#covered = existsSync(covered) ? JSON.parse(readFileSync(covered, 'utf8')) : {}
  }

  /** @returns the test that failed, if one did */
  async run({ activeMutant, hitLimit }) {
    const warm = {}
    globalThis.__mutateWarm__ = warm
    globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] = { activeMutant, ...(hitLimit && { hitLimit, hitCount: 0 }) }
    try {
      const module = { exports: {} }
      this.#script.runInThisContext()(module.exports, this.#require, module)
    } catch {
      return 'the tests start'
    }
    const ids = this.#covered[activeMutant] ?? warm.ids()
    const failed = await warm.run(
      ids.toSorted((a, b) => this.#promiseOf(b) - this.#promiseOf(a)),
      this.#took,
    )
    if (failed === undefined) return undefined
    this.#kills.set(failed.id, (this.#kills.get(failed.id) ?? 0) + 1)
    return failed.name
  }

  /** The more it killed and the shorter it takes, the sooner it has its turn. */
  #promiseOf(id) {
    return ((this.#kills.get(id) ?? 0) + 0.1) / ((this.#took.get(id) ?? 1) + 1)
  }
}

function createWarmTapRunner(injector) {
  return injector.provideValue('globalNamespace', INSTRUMENTER_CONSTANTS.NAMESPACE).injectClass(WarmTapRunner)
}
createWarmTapRunner.inject = ['$injector']

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'warm-tap', createWarmTapRunner)]
