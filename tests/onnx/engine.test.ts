import { testEngineContract } from '../support/engine-contract.ts';
import { withTinyOnWasm } from '../support/wasm.ts';

testEngineContract(withTinyOnWasm());
