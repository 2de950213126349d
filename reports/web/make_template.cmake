# cmake -DNODE= -DSOURCE= -DWORKSHOP= -DTEMPLATE= -P make_template.cmake: the sources into WORKSHOP, beside their modules, and TEMPLATE of them.
# Without the modules TEMPLATE is empty.
file(REMOVE_RECURSE ${WORKSHOP}/src ${WORKSHOP}/tests)
file(GLOB scripts ${SOURCE}/*.mjs)
file(COPY ${SOURCE}/src ${SOURCE}/tests ${SOURCE}/tsconfig.json ${scripts} DESTINATION ${WORKSHOP})
set(made ${WORKSHOP}/template.html)
if(EXISTS ${WORKSHOP}/modules.stamp)
  execute_process(COMMAND ${NODE} ${WORKSHOP}/build.mjs ${made} RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "The report's front end cannot be made of ${SOURCE} (${result})")
  endif()
else()
  file(WRITE ${made} "")
endif()
# What stays the same is not compiled again.
file(COPY_FILE ${made} ${TEMPLATE} ONLY_IF_DIFFERENT)
