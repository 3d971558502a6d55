/* statistics < LIST: compiles compute shaders with the Vulkan driver that the environment names, and prints what the driver
   tells of each: registers, spills, workgroup memory, subgroups a SIMD. A line of LIST is FILE.spv ENTRY SET:BINDING:s|u ...,
   s for storage buffers, u for uniforms; its line of the output has NAME=VALUE, ended by ";" each. Called by commands/bench-kernels/card-model.ts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vulkan/vulkan.h>

#define OK(call)                                           \
  do {                                                     \
    VkResult result = (call);                              \
    if (result != VK_SUCCESS) {                            \
      fprintf(stderr, "%s gave %d\n", #call, (int)result); \
      exit(1);                                             \
    }                                                      \
  } while (0)

enum { SETS = 4, BINDINGS = 32 };

static VkDevice openDevice(void) {
  VkApplicationInfo app = {VK_STRUCTURE_TYPE_APPLICATION_INFO, .apiVersion = VK_API_VERSION_1_3};
  VkInstanceCreateInfo instanceInfo = {VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO, .pApplicationInfo = &app};
  VkInstance instance;
  OK(vkCreateInstance(&instanceInfo, NULL, &instance));
  uint32_t count = 1;
  VkPhysicalDevice physical = VK_NULL_HANDLE;
  vkEnumeratePhysicalDevices(instance, &count, &physical);
  if (count == 0) {
    fprintf(stderr, "the driver offers no device\n");
    exit(1);
  }
  /* What Dawn's SPIR-V may ask for. */
  VkPhysicalDevicePipelineExecutablePropertiesFeaturesKHR statistics = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PIPELINE_EXECUTABLE_PROPERTIES_FEATURES_KHR, .pipelineExecutableInfo = 1};
  VkPhysicalDeviceVulkan13Features features13 = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES, .pNext = &statistics, .maintenance4 = 1,
      .shaderZeroInitializeWorkgroupMemory = 1, .subgroupSizeControl = 1, .computeFullSubgroups = 1,
      .shaderDemoteToHelperInvocation = 1, .shaderIntegerDotProduct = 1};
  VkPhysicalDeviceVulkan12Features features12 = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES, .pNext = &features13, .shaderFloat16 = 1,
      .vulkanMemoryModel = 1, .vulkanMemoryModelDeviceScope = 1, .shaderSubgroupExtendedTypes = 1};
  VkPhysicalDeviceVulkan11Features features11 = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES, .pNext = &features12, .storageBuffer16BitAccess = 1,
      .uniformAndStorageBuffer16BitAccess = 1};
  VkPhysicalDeviceFeatures2 features = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, .pNext = &features11,
      .features = {.shaderInt16 = 1, .shaderInt64 = 1}};
  float priority = 1;
  VkDeviceQueueCreateInfo queue = {
      VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO, .queueCount = 1, .pQueuePriorities = &priority};
  const char *extensions[] = {"VK_KHR_pipeline_executable_properties"};
  VkDeviceCreateInfo deviceInfo = {
      VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, .pNext = &features, .queueCreateInfoCount = 1, .pQueueCreateInfos = &queue,
      .enabledExtensionCount = 1, .ppEnabledExtensionNames = extensions};
  VkDevice device;
  OK(vkCreateDevice(physical, &deviceInfo, NULL, &device));
  return device;
}

static VkShaderModule readModule(VkDevice device, const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    fprintf(stderr, "%s cannot be read\n", path);
    exit(1);
  }
  fseek(file, 0, SEEK_END);
  long length = ftell(file);
  rewind(file);
  uint32_t *code = malloc(length);
  if (fread(code, 1, length, file) != (size_t)length) exit(1);
  fclose(file);
  VkShaderModuleCreateInfo info = {VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO, .codeSize = length, .pCode = code};
  VkShaderModule module;
  OK(vkCreateShaderModule(device, &info, NULL, &module));
  free(code);
  return module;
}

/* Layout of the bindings named by the rest of the line that strtok reads. */
static VkPipelineLayout makeLayout(VkDevice device) {
  VkDescriptorSetLayoutBinding bindings[SETS][BINDINGS];
  uint32_t counts[SETS] = {0};
  for (char *word; (word = strtok(NULL, " \n"));) {
    unsigned set, binding;
    char kind;
    if (sscanf(word, "%u:%u:%c", &set, &binding, &kind) != 3 || set >= SETS || counts[set] >= BINDINGS) {
      fprintf(stderr, "%s is no binding\n", word);
      exit(1);
    }
    bindings[set][counts[set]++] = (VkDescriptorSetLayoutBinding){
        binding, kind == 'u' ? VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER : VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 1,
        VK_SHADER_STAGE_COMPUTE_BIT, NULL};
  }
  VkDescriptorSetLayout sets[SETS];
  for (int i = 0; i < SETS; i++) {
    VkDescriptorSetLayoutCreateInfo info = {
        VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO, .bindingCount = counts[i], .pBindings = bindings[i]};
    OK(vkCreateDescriptorSetLayout(device, &info, NULL, &sets[i]));
  }
  VkPushConstantRange constants = {VK_SHADER_STAGE_COMPUTE_BIT, 0, 64};
  VkPipelineLayoutCreateInfo info = {
      VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO, .setLayoutCount = SETS, .pSetLayouts = sets,
      .pushConstantRangeCount = 1, .pPushConstantRanges = &constants};
  VkPipelineLayout layout;
  OK(vkCreatePipelineLayout(device, &info, NULL, &layout));
  return layout;
}

static void printStatistics(VkDevice device, VkPipeline pipeline) {
  PFN_vkGetPipelineExecutableStatisticsKHR getStatistics =
      (PFN_vkGetPipelineExecutableStatisticsKHR)vkGetDeviceProcAddr(device, "vkGetPipelineExecutableStatisticsKHR");
  VkPipelineExecutableInfoKHR info = {VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_INFO_KHR, .pipeline = pipeline};
  uint32_t count = 0;
  OK(getStatistics(device, &info, &count, NULL));
  VkPipelineExecutableStatisticKHR *statistics = calloc(count, sizeof *statistics);
  for (uint32_t i = 0; i < count; i++) statistics[i].sType = VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_STATISTIC_KHR;
  OK(getStatistics(device, &info, &count, statistics));
  for (uint32_t i = 0; i < count; i++)
    printf("%s=%llu;", statistics[i].name, (unsigned long long)statistics[i].value.u64);
  printf("\n");
  fflush(stdout);
  free(statistics);
}

int main(void) {
  VkDevice device = openDevice();
  char line[4096];
  while (fgets(line, sizeof line, stdin)) {
    char *path = strtok(line, " \n"), *entry = strtok(NULL, " \n");
    if (path == NULL || entry == NULL) continue;
    VkShaderModule module = readModule(device, path);
    VkPipelineLayout layout = makeLayout(device);
    VkComputePipelineCreateInfo info = {
        VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO, .flags = VK_PIPELINE_CREATE_CAPTURE_STATISTICS_BIT_KHR,
        .stage = {VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO, .stage = VK_SHADER_STAGE_COMPUTE_BIT,
                  .module = module, .pName = entry},
        .layout = layout};
    VkPipeline pipeline;
    OK(vkCreateComputePipelines(device, VK_NULL_HANDLE, 1, &info, NULL, &pipeline));
    printStatistics(device, pipeline);
    vkDestroyPipeline(device, pipeline, NULL);
    vkDestroyShaderModule(device, module, NULL);
  }
  return 0;
}
