import type { Language } from '../../data/built-in/tasks.ts';

/** The cards that one begins with, to be overwritten, and a line that is under none of them. */

export interface CardText {
  name: string;
  /** One line an example. */
  text: string;
}

interface ExampleCards {
  cards: readonly CardText[];
  ask: string;
}

const english: ExampleCards = {
  cards: [
    {
      name: 'Pirate',
      text: `Hand over the gold or walk the plank!
Hoist the black flag, we sail at midnight.
The treasure is buried under the old palm tree.
Load the cannons, a ship is coming from the west.
My parrot has eaten the captain’s map.
A bottle of rum for every man on deck!
The storm has broken our mast in two.
We take the island before the sun comes up.`,
    },
    {
      name: 'Lawyer',
      text: `My client denies every word of this letter.
The contract ends on the last day of March.
Please sign both copies before the hearing.
We object to the question, your honor.
The witness cannot remember the date.
Under this agreement the tenant pays the costs.
The court has refused our appeal.
You have the right to remain silent.`,
    },
  ],
  ask: 'All the gold is on the ship.',
};

const chinese: ExampleCards = {
  cards: [
    {
      name: '边塞',
      text: `大漠孤烟直，长河落日圆。
秦时明月汉时关，万里长征人未还。
黄沙百战穿金甲，不破楼兰终不还。
葡萄美酒夜光杯，欲饮琵琶马上催。
羌笛何须怨杨柳，春风不度玉门关。
月黑雁飞高，单于夜遁逃。
四面边声连角起，长烟落日孤城闭。
将军角弓不得控，都护铁衣冷难着。`,
    },
    {
      name: '田园',
      text: `采菊东篱下，悠然见南山。
故人具鸡黍，邀我至田家。
种豆南山下，草盛豆苗稀。
绿树村边合，青山郭外斜。
稻花香里说丰年，听取蛙声一片。
斜光照墟落，穷巷牛羊归。
昼出耘田夜绩麻，村庄儿女各当家。
暧暧远人村，依依墟里烟。`,
    },
  ],
  ask: '青海长云暗雪山，孤城遥望玉门关。',
};

export const exampleCards: Readonly<Record<Language, ExampleCards>> = { en: english, zh: chinese };
