import { testAttention } from '../../support/attention.ts';

testAttention(['V1', 'V1n']);
