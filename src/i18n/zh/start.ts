import type { start as english } from '../en/start.ts';
import type { Texts } from '../en.ts';

export const start: Texts<typeof english> = {
  title: '教冻结的语言模型学会新本领',
  what: '语言模型自身的 {{all}} 个数保持冻结，本页只训练新加入的小小适配器和分类头：约为原模型的 {{share}}，就多一项本领，全在您的浏览器里完成。',
  whatBefore: '语言模型保持冻结，本页只训练其中加入的小小适配器，让它多一项本领，全在您的浏览器里完成。',
  adapter: '适配器是加在模块后面的一个小步骤：把流经的数压过窄窄的瓶颈，再把结果加到这些数上。',
  ways: '其他入口',
  cards: '教它分辨自己的类别',
  workbench: '打开工作台',
  tasks: {
    wordnet_demo: '任务：读一条英文词典释义，判断所释的词是哪种词性。供它学习的例子有 {{train}} 条。',
    verse_demo: '任务：读律诗中的一联，判断两句是原序还是倒序（上下句对调）。供它学习的例子有 {{train}} 条。',
    other: '工作台里设置了另一次训练；按下按钮则改为训练这里的任务。',
  },
  teach: '开始教它',
  pause: '暂停',
  on: '继续',
  again: '再教一次',
  getting: '正在准备……',
  status: {
    ready: '在笔记本电脑上约需一分钟。',
    training: '学习中：第 {{epoch}} 轮，共 {{epochs}} 轮',
    baseline: '作为对照：冻结的模型，只训练新的分类头',
    evaluating: '正在回答 {{rows}} 个从未见过的例子',
    paused: '已暂停：第 {{epoch}} 轮，共 {{epochs}} 轮',
    done: '已完成',
    failed: '训练出错，请到工作台查看',
    elsewhere: '已有训练在进行，请到工作台查看。',
  },
  progress: '进度',
  soFar: '没见过的例子答对 {{accuracy}}',
  against: '没见过的例子答对 {{accuracy}}；冻结：{{base}}',
  sentence: '一个没有用来训练的例子：可以改，也可以自己写',
  truth: '正确答案：{{label}}',
  answer: '它的回答',
  adapted: '加适配器',
  frozen: '冻结',
  frozenLater: '冻结（第 1 轮后）',
  watch:
    '看条形：橙色是加适配器后的回答，蓝色是冻结、只训练分类头的回答。图中，黑点是词元，向前流动；修正（橙色圆点）往回流，只改变橙色部分。',
  result:
    '现在，{{rows}} 个没见过的例子它答对 {{accuracy}}；冻结而只换分类头时，答对 {{base}}。为此它学了 {{amount}} 个数（含分类头），相当于模型自身的 {{share}}，存成文件只有 {{size}}。',
  next: '接下来可以试试',
  fixed: '看一个只有加了适配器才答对的例子',
  own: '每类写几句，教它分辨自己的类别',
  slider: '到工作台把瓶颈调窄或调宽',
};
