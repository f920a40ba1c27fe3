import { REALISTIC, WORST } from '/work/main/bench/fixtures.ts'
const m = await import('/tmp/prof/engine.mjs')
const fx = process.argv[2] === 'worst' ? WORST : REALISTIC
const prep = fx.requests.map(request => m.prepareScenario({ request, policies: fx.policies, organization: fx.organization }))
const reads = prep.map((p: any) => m.normalizeRequest(p.scenario.request, p.scenario.request.resource))
const cases = prep.map((p: any, i: number) => m.readCase(p, reads[i], 'same'))
const judged = cases.map((c: any) => m.judge(c))
const best = (name: string, f: (i: number) => void) => { let b = Infinity; for (let r = 0; r < 10; r++) { const t = performance.now(); for (let i = 0; i < 8000; i++) f(i & 7); b = Math.min(b, (performance.now() - t) / 8) } console.log(name.padEnd(28), b.toFixed(3)) }
const P = prep[0].policies
for (let r = 0; r < 2; r++) {
best('decide', i => m.decide(prep[i], prep[i].scenario.request.resource))
best('normalize', i => m.normalizeRequest(prep[i].scenario.request, prep[i].scenario.request.resource))
best('readCase', i => m.readCase(prep[i], reads[i], 'same'))
best('judge incl case', i => m.judge(m.readCase(prep[i], reads[i], 'same')))
best('judge (warm context)', i => m.judge(cases[i]))
for (const l of m.LAYERS) best('  ' + l.name, i => l.judge(cases[i]))
best('requirement', i => m.requirementOf(judged[i].trace, cases[i]))
best('evaluateRequest', i => m.evaluateRequest(prep[i].policies, prep[i].scenario.request, prep[i].scenario))
best('verdictsOf', i => m.verdictsOf(judged[i].trace, judged[i].tree, cases[i], false))
best('explain identity', i => m.explainPolicies(P.identityPolicies, cases[i].question))
best('explain bucket', i => m.explainPolicies([P.resourcePolicy], cases[i].question))
best('lint', i => m.lintScenario(cases[i]))
best('print', i => m.printRequirement(judged[i].tree))
best('bearing', i => m.bearing(judged[i].tree, () => true))
console.log()
}
