with

notifications as (

    select * from {{ ref('stg_foz_chikungunya__notifications') }}

),

final as (

    {{ sinan_answers('notifications') }}

)

select * from final
